import type { Events } from '@fanfare/kernel'
import { AuditEntry } from '../contract/audit.ts'
import type { Deps } from '../deps.ts'
import { insertArrival } from '../store/audit.ts'

export function subscribeToAudit({ db, events }: Pick<Deps, 'db'> & { events: Events }): void {
  events.on(AuditEntry, 'identity.audit', ({ id, tenantId, time, data }) =>
    db.withTenant(tenantId, (trx) => insertArrival(trx, { tenantId, id, occurredAt: time, facts: data })),
  )
}
