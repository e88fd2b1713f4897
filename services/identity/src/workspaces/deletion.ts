import { recordAudit, type Workspace } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { lockMember, lockWorkspace } from '../store/members.ts'
import { setDeletion } from '../store/workspaces.ts'
import type { Acting } from './members.ts'
import { toWorkspace } from './standing.ts'
import { announceHalt } from './suspension.ts'

const dayMs = 24 * 60 * 60 * 1_000
/** How long a deletion can be undone. */
export const graceDays = 7

type DeletionDeps = Pick<Deps, 'db' | 'clock' | 'events'>

/** Sets a workspace to be deleted when the grace is over; until then it can be read, sends nothing, and the owner can undo it. */
export async function askDeletion(deps: DeletionDeps, acting: Acting, typedName: string): Promise<Workspace> {
  const { tenantId, userId } = acting
  return deps.db.withTenant(tenantId, async (trx) => {
    const { name, deletion_at } = await getOwned(trx, acting)
    if (typedName !== name) throw problem('name_mistyped', { detail: { name } })
    if (deletion_at !== null) throw problem('deletion_asked', { detail: { at: deletion_at.toISOString() } })
    const at = new Date(deps.clock.now().getTime() + graceDays * dayMs)
    const row = await setDeletion(trx, tenantId, at, userId)
    if (row === undefined) throw missing(tenantId)
    await announceHalt(deps, row, 'deletion')
    const audited = { action: 'workspace.deletion_asked', after: { deletionAt: at.toISOString() } } as const
    await recordAudit(deps.events, { tenantId, ...audited, target: { kind: 'workspace', id: tenantId, name } })
    return toWorkspace(row, 'owner')
  })
}

/** What it was sending goes on where it stood. */
export async function undoDeletion(deps: DeletionDeps, acting: Acting): Promise<Workspace> {
  const { tenantId } = acting
  return deps.db.withTenant(tenantId, async (trx) => {
    const { name, deletion_at } = await getOwned(trx, acting)
    // At its time the erasure begins, and half a workspace cannot be brought back.
    if (deletion_at === null || deletion_at <= deps.clock.now()) throw problem('deletion_gone')
    const row = await setDeletion(trx, tenantId, null, null)
    if (row === undefined) throw missing(tenantId)
    await announceHalt(deps, row, 'operator')
    const target = { kind: 'workspace', id: tenantId, name }
    await recordAudit(deps.events, { tenantId, action: 'workspace.deletion_undone', target })
    return toWorkspace(row, 'owner')
  })
}

async function getOwned(trx: Parameters<typeof lockWorkspace>[0], { tenantId, userId }: Acting) {
  const row = await lockWorkspace(trx, tenantId)
  if (row === undefined || (await lockMember(trx, tenantId, userId)) !== 'owner') throw missing(tenantId)
  return row
}

const missing = (tenantId: string) => problem('workspace_missing', { detail: { workspace: tenantId } })
