import type { AuditFacts } from '../contract/audit.ts'
import type { Trx } from './schema.ts'

/** The tables of the audit trail. */
export interface AuditSchema {
  /** JSON is written as text and read as values. */
  'identity.audit_arrival': { tenant_id: string; id: string; occurred_at: Date; entry: string }
}

export interface Arrival {
  readonly tenantId: string
  readonly id: string
  readonly occurredAt: Date
  readonly facts: AuditFacts
}

export async function insertArrival(trx: Trx, { tenantId, id, occurredAt, facts }: Arrival): Promise<void> {
  const row = { tenant_id: tenantId, id, occurred_at: occurredAt, entry: JSON.stringify(facts) }
  await trx.insertInto('identity.audit_arrival').values(row).execute()
}
