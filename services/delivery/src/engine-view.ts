import { recordAudit } from '@fanfare/identity/contract'
import type { EngineView } from './contract.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import { sumBacklog } from './store/backlog.ts'
import { hastenSender } from './store/batches.ts'
import { liftHold, listHolds } from './store/rates.ts'
import { getSender } from './store/senders.ts'
import { listTraffic } from './store/traffic.ts'

const viewMinutes = 60

/** What the engine is doing for a workspace right now, and did in the last hour. */
export async function viewEngine({ db, clock }: Pick<Deps, 'db' | 'clock'>, tenantId: string): Promise<EngineView> {
  return db.withTenant(tenantId, async (trx) => {
    const traffic = await listTraffic(trx, tenantId, viewMinutes)
    const backlog = await sumBacklog(trx, tenantId)
    const holds = await listHolds(trx, tenantId)
    return {
      at: clock.now().toISOString(),
      traffic: traffic.map(({ sender_id, minute, ...counts }) => {
        return { ...counts, minute: minute.toISOString(), senderId: sender_id }
      }),
      backlog: backlog.map(({ sender_id, in_hand, due_at, ...row }) => {
        return { ...row, senderId: sender_id, inHand: in_hand, dueAt: due_at?.toISOString() ?? null }
      }),
      holds: holds.map(({ sender_id, destination, kind, reason, since, until }) => {
        return {
          senderId: sender_id,
          destination,
          kind,
          reason,
          since: since.toISOString(),
          until: until.toISOString(),
        }
      }),
    }
  })
}

/** Sends to a destination again before its hold is over. Problems: `delivery.sender_missing`, `delivery.hold_missing`. */
export async function endHold(
  { db, engine, events }: Pick<Deps, 'db' | 'engine' | 'events'>,
  tenantId: string,
  { senderId, destination }: { readonly senderId: string; readonly destination: string },
): Promise<void> {
  await db.withTenant(tenantId, async (trx) => {
    const { name } = await getSender(trx, tenantId, senderId)
    if (!(await liftHold(trx, tenantId, senderId, destination)))
      throw problem('hold_missing', { detail: { destination } })
    await hastenSender(trx, tenantId, senderId)
    const target = { kind: 'sender', id: senderId, name }
    await recordAudit(events, { tenantId, action: 'sender.hold_lifted', target, after: { destination } })
    db.afterCommit(engine.wake)
  })
}
