import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type {
  ColumnTarget,
  ConsentBasis,
  Contact,
  Field,
  FieldValue,
  Import,
  SegmentRules,
  SuppressionReason,
} from '../contract.ts'
import type { Dialect } from '../imports/dialect.ts'
import type { ImportPlan } from '../imports/plan.ts'

/** A `bigint` column of byte counts: text from the driver, a number to it. */
type Bytes = ColumnType<string | number, number, number>

export interface ContactTable {
  tenant_id: string
  id: string
  /** As given, but for surrounding space. */
  email: string
  /** What makes two addresses the same; unique in a tenant. */
  email_key: string
  first_name: string
  last_name: string
  fields: JSONColumnType<Record<string, FieldValue>>
  status: Contact['status']
  consent_basis: ConsentBasis
  consent_at: Date
  created_at: Date
  updated_at: Date
}
export interface ContactTagTable {
  tenant_id: string
  tag: string
  contact_id: string
}
export interface ListMemberTable {
  tenant_id: string
  list_id: string
  contact_id: string
  added_at: Date
  left_at: Date | null
}
export interface EngagementTable {
  tenant_id: string
  contact_id: string
  campaign_id: string
  sent_at: Date | null
  opened_at: Date | null
  clicked_at: Date | null
}
export interface FieldTable {
  tenant_id: string
  key: string
  label: string
  type: Field['type']
  created_at: Date
}
export interface ListTable {
  tenant_id: string
  id: string
  name: string
  description: string
  created_at: Date
}
export interface SegmentTable {
  tenant_id: string
  id: string
  name: string
  rules: JSONColumnType<SegmentRules>
  created_at: Date
  updated_at: Date
}
export interface SuppressionTable {
  tenant_id: string
  id: string
  email: string
  email_key: string
  reason: SuppressionReason
  note: string
  created_at: Date
}
export const consentActions = ['given', 'changed', 'withdrawn', 'left_list', 'joined_list', 'lifted'] as const
export interface ConsentEventTable {
  tenant_id: string
  contact_id: string
  at: Date
  action: (typeof consentActions)[number]
  basis: string | null
  /** Who or what: `user:<id>`, `key:<id>`, `person`, `import:<id>`, `delivery`. */
  source: string
}
export interface ImportTable {
  tenant_id: string
  id: string
  file_name: string
  bytes: Bytes
  state: Import['state']
  source: Import['source']
  dialect: JSONColumnType<Dialect>
  columns: JSONColumnType<{ header: string; target: ColumnTarget; samples: string[] }[]>
  plan: JSONColumnType<ImportPlan> | null
  /** Of the UTF-8 copy that the import reads. */
  text_bytes: Bytes
  /** Where the next unread row begins in it. */
  cursor_bytes: Bytes
  /** Rows of the file before it, header and blank ones too: what a spreadsheet would show. */
  cursor_row: number
  rows_read: Generated<number>
  created: Generated<number>
  updated: Generated<number>
  rejected: Generated<number>
  failure: string | null
  created_at: Date
  started_at: Date | null
  finished_at: Date | null
}
export interface ImportRejectTable {
  tenant_id: string
  import_id: string
  row_number: number
  reason: string
  columns: JSONColumnType<string[]>
}

export interface Schema {
  'audience.contact': ContactTable
  'audience.contact_tag': ContactTagTable
  'audience.list_member': ListMemberTable
  'audience.engagement': EngagementTable
  'audience.field': FieldTable
  'audience.list': ListTable
  'audience.segment': SegmentTable
  'audience.suppression': SuppressionTable
  'audience.consent_event': ConsentEventTable
  'audience.import': ImportTable
  'audience.import_reject': ImportRejectTable
}
