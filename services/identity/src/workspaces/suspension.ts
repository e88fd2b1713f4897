import { recordAudit } from '../contract/audit.ts'
import { WorkspaceResumed, WorkspaceSuspended } from '../contract/events.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { setSuspension } from '../store/workspaces.ts'
import { isHalted } from './standing.ts'

type SuspendDeps = Pick<Deps, 'db' | 'events' | 'clock'>

/** Stops a workspace: by the operator of the installation. Suspending again changes the reason. */
export async function suspendWorkspace(deps: SuspendDeps, tenantId: string, reason: string): Promise<void> {
  await deps.db.withTenant(tenantId, async (trx) => {
    const row = await setSuspension(trx, tenantId, deps.clock.now(), reason)
    if (row === undefined) throw missing(tenantId)
    await announceHalt(deps, row, 'operator')
    await recordAudit(deps.events, { tenantId, action: 'workspace.suspended', after: { reason } })
  })
}

/** Lets a workspace go on, unless it is about to be deleted. */
export async function resumeWorkspace(deps: SuspendDeps, tenantId: string): Promise<void> {
  await deps.db.withTenant(tenantId, async (trx) => {
    const row = await setSuspension(trx, tenantId, null, null)
    if (row === undefined) throw missing(tenantId)
    await announceHalt(deps, row, 'deletion')
    await recordAudit(deps.events, { tenantId, action: 'workspace.resumed' })
  })
}

/** Tells the other services in the transaction that makes it true. */
export async function announceHalt(
  { events }: Pick<Deps, 'events'>,
  row: { halt_version: number; suspended_at: Date | null; deletion_at: Date | null },
  reason: 'operator' | 'deletion',
): Promise<void> {
  if (isHalted(row)) await events.publish(WorkspaceSuspended, { reason, version: row.halt_version })
  else await events.publish(WorkspaceResumed, { version: row.halt_version })
}

const missing = (tenantId: string) => problem('workspace_missing', { detail: { workspace: tenantId } })
