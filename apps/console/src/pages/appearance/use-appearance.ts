import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { workspaceAppearanceQuery } from '../../api/appearance.ts'
import type { AppearanceSettings } from '../../api/types.ts'
import { useWorkspace } from '../../session.ts'

/** Puts a reply where the whole console takes its look from: a change is seen at once. */
export function useKeepAppearance(): (settings: AppearanceSettings) => void {
  const client: QueryClient = useQueryClient()
  const workspace = useWorkspace()
  return (settings) => client.setQueryData(workspaceAppearanceQuery(workspace?.id ?? '').queryKey, settings)
}
