import { AuditEntry } from '../contract/audit.ts'
import type { Deps } from '../deps.ts'
import { insertArrival } from '../store/audit.ts'
import type { Trail } from './trail.ts'

/** Entries wait in a queue of their own, so that a trail is locked for a set of them and not for each. */
export function subscribeToAudit({ db, events }: Pick<Deps, 'db' | 'events'>, trail: Pick<Trail, 'wake'>): void {
  events.on(AuditEntry, 'identity.audit', async ({ id, tenantId, time, data }) => {
    await db.withTenant(tenantId, (trx) => insertArrival(trx, { tenantId, id, occurredAt: time, facts: data }))
    db.afterCommit(() => trail.wake(tenantId))
  })
}
