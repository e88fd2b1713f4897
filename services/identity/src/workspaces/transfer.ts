import { recordAudit } from '../contract/audit.ts'
import type { Transfer } from '../contract/workspaces.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { lockMember, lockWorkspace, setRole } from '../store/members.ts'
import type { Row } from '../store/schema.ts'
import * as store from '../store/transfers.ts'
import type { Acting } from './members.ts'

const dayMs = 24 * 60 * 60 * 1_000
const offerDays = 7

type TransferDeps = Pick<Deps, 'db' | 'clock' | 'events'>

export async function findTransfer(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  tenantId: string,
): Promise<Transfer | null> {
  const row = await db.withTenant(tenantId, (trx) => store.findTransfer(trx, tenantId, clock.now()))
  return row ? toTransfer(row) : null
}

/** Offers the ownership to another member. Nothing changes before they accept. */
export async function offerTransfer(
  { db, clock, events }: TransferDeps,
  acting: Acting,
  toUserId: string,
): Promise<Transfer> {
  const { tenantId, userId } = acting
  if (toUserId === userId) throw problem('transfer_to_self')
  const now = clock.now()
  const row = {
    tenant_id: tenantId,
    from_account_id: userId,
    to_account_id: toUserId,
    created_at: now,
    expires_at: new Date(now.getTime() + offerDays * dayMs),
  }
  return db.withTenant(tenantId, async (trx) => {
    await lockWorkspace(trx, tenantId)
    if ((await lockMember(trx, tenantId, userId)) !== 'owner') throw problem('transfer_gone')
    if ((await lockMember(trx, tenantId, toUserId)) === undefined) {
      throw problem('member_missing', { detail: { userId: toUserId } })
    }
    await store.putTransfer(trx, row)
    await recordAudit(events, { tenantId, action: 'ownership.offered', target: { kind: 'member', id: toUserId } })
    return toTransfer(row)
  })
}

/** Makes the person an owner and the one who offered it an admin, at once. */
export async function acceptTransfer(
  { db, clock, events, live }: TransferDeps & Pick<Deps, 'live'>,
  { tenantId, userId }: Acting,
): Promise<void> {
  await db.withTenant(tenantId, async (trx) => {
    await lockWorkspace(trx, tenantId)
    const offer = await store.consumeTransfer(trx, tenantId, userId, clock.now())
    if (offer === undefined) throw problem('transfer_gone')
    // Whoever is no owner any more has nothing to give.
    if ((await lockMember(trx, tenantId, offer.from_account_id)) !== 'owner') throw problem('transfer_gone')
    await setRole(trx, tenantId, userId, 'owner')
    await setRole(trx, tenantId, offer.from_account_id, 'admin')
    for (const each of [userId, offer.from_account_id]) live.endLines({ tenantId, userId: each })
    const before = { owner: offer.from_account_id }
    const target = { kind: 'member', id: userId }
    await recordAudit(events, { tenantId, action: 'ownership.transferred', target, before, after: { owner: userId } })
  })
}

/** Withdrawn by the one, or declined by the other. */
export async function endTransfer(
  { db, events }: Pick<Deps, 'db' | 'events'>,
  { tenantId, userId }: Acting,
): Promise<void> {
  await db.withTenant(tenantId, async (trx) => {
    if (!(await store.deleteTransfer(trx, tenantId, userId))) throw problem('transfer_gone')
    await recordAudit(events, { tenantId, action: 'ownership.offer_ended' })
  })
}

function toTransfer(row: Row<'identity.transfer'>): Transfer {
  return {
    fromUserId: row.from_account_id,
    toUserId: row.to_account_id,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }
}
