import type { AuditRecord } from '../../contract/audit.ts'

/** The tables of the audit trail. */
export interface AuditSchema {
  /** JSON is written as text and read as values. */
  'identity.audit_arrival': { tenant_id: string; id: string; occurred_at: Date; entry: string }
  'identity.audit': AuditRow
}

export interface AuditRow {
  tenant_id: string
  sequence: number
  id: string
  occurred_at: Date
  recorded_at: Date
  action: string
  actor_kind: AuditRecord['actor']['kind']
  actor_id: string | null
  actor_name: string | null
  target_kind: string | null
  target_id: string | null
  target_name: string | null
  address: string | null
  user_agent: string | null
  operation: string | null
  request_id: string | null
  before: string | null
  after: string | null
  previous_hash: string
  hash: string
}
