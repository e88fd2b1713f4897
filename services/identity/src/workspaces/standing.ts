import type { Workspace } from '../contract/workspaces.ts'
import type { Role } from '../permissions.ts'
import type { WorkspaceTable } from '../store/tables/workspaces.ts'

type Standing = Pick<WorkspaceTable, 'suspended_at' | 'suspended_reason' | 'deletion_at'>

/** Whether a workspace may be read and not changed, and sends nothing: stopped by the operator, or about to be deleted. */
export function isHalted({ suspended_at, deletion_at }: Pick<Standing, 'suspended_at' | 'deletion_at'>): boolean {
  return suspended_at !== null || deletion_at !== null
}

export function toWorkspace(
  row: Standing & Pick<WorkspaceTable, 'tenant_id' | 'name' | 'created_at'>,
  role: Role,
): Workspace {
  const { suspended_at, suspended_reason, deletion_at } = row
  return {
    id: row.tenant_id,
    name: row.name,
    role,
    createdAt: row.created_at.toISOString(),
    suspended: suspended_at && { since: suspended_at.toISOString(), reason: suspended_reason ?? '' },
    deletionAt: deletion_at?.toISOString() ?? null,
  }
}

/** What a workspace is when it was just made. */
export const unhindered = { suspended_at: null, suspended_reason: null, deletion_at: null } as const
