import type { Generated } from 'kysely'
import type { FeedbackKind, FeedbackSource, Mailbox, MailboxMessage } from '../../contract.ts'

export interface FeedbackTable {
  tenant_id: string
  id: string
  key: string
  delivery_id: string
  campaign_id: string | null
  variant_id: string | null
  contact_id: string | null
  sender_id: string
  destination: string
  email: string
  kind: FeedbackKind
  hard: boolean
  first: boolean
  reason: string | null
  status: string | null
  text: string
  source: FeedbackSource
  at: Date
}

export interface MailboxTable {
  tenant_id: string
  id: string
  name: string
  protocol: Mailbox['protocol']
  host: string
  port: number
  tls: Mailbox['tls']
  username: string
  password: string
  folder: string
  remove_handled: boolean
  active: Generated<boolean>
  every_seconds: number
  due_at: Generated<Date>
  uid_validity: string | null
  next_uid: Generated<string>
  polled_at: Date | null
  trouble: string | null
  trouble_count: Generated<number>
  handled: Generated<number>
  unmatched: Generated<number>
  broken: Generated<number>
  created_at: Generated<Date>
}

export interface MailboxMessageTable {
  tenant_id: string
  mailbox_id: string
  key: string
  state: MailboxMessage['state']
  kind: string | null
  subject: string
  sender: string
  failure: string | null
  source: Uint8Array | null
  at: Date
}
