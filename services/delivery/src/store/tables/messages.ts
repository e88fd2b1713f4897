import type { ColumnType, Generated } from 'kysely'
import type { MessageValues, Resolution } from '../../contract.ts'

/** One recipient of an order: the delivery made for them and what is merged. */
export interface OrderedRecipient {
  readonly deliveryId: string
  readonly email: string
  readonly values: MessageValues
}

type Json<T> = ColumnType<T, string, string>

export interface MessageTable {
  tenant_id: string
  id: string
  dispatch_id: string
  sender_id: string
  created_at: Generated<Date>
  send_at: Date | null
  email_id: string | null
  subject: string
  html: string
  text: string
  recipients: Json<readonly OrderedRecipient[]>
  headers: Json<Readonly<Record<string, string>>>
  reply_to: string
  tags: string[]
  metadata: Json<Readonly<Record<string, string>>>
  request_key: string | null
  request_digest: string | null
}
export interface MessageAttachmentTable {
  tenant_id: string
  message_id: string
  number: number
  created_at: Generated<Date>
  file_name: string
  content_type: string
  content_id: string | null
  bytes: number
  content: Uint8Array
}
export interface AttemptTable {
  tenant_id: string
  delivery_id: string
  at: Generated<Date>
  number: number
  reply: string | null
}
export interface ResolutionTable {
  tenant_id: string
  delivery_id: string
  at: Generated<Date>
  resolution: Resolution
  actor: string
  note: string
  was: string
}
