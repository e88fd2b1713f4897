import { allows, type Permission } from '@fanfare/identity/permissions'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { meQuery } from './api/identity.ts'
import type { Me, Workspace } from './api/types.ts'
import { keepWorkspace, onWorkspaceChange, workspaceId } from './api/workspace.ts'

/** The workspace of this browser; the first one when none was chosen or the chosen one is gone. */
export function currentWorkspace(me: Me): Workspace | undefined {
  const workspace = me.workspaces.find(({ id }) => id === workspaceId()) ?? me.workspaces[0]
  if (workspace?.id !== workspaceId()) keepWorkspace(workspace?.id)
  return workspace
}

export function useMe(): Me {
  return useSuspenseQuery(meQuery).data
}

export function useWorkspace(): Workspace | undefined {
  // Draws again when another one is chosen, also where neither the page nor who is signed in changes with it.
  useSyncExternalStore(onWorkspaceChange, workspaceId)
  return currentWorkspace(useMe())
}

/** Whether the person's role here may do a thing: the answer the server gives too. */
export function useMay(): (permission: Permission) => boolean {
  const workspace = useWorkspace()
  return (permission) => workspace !== undefined && allows(workspace.role, permission)
}
