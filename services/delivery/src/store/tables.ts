import type { ColumnType, Generated } from 'kysely'
import type { z } from 'zod'
import type {
  DeliveryState,
  engagementKinds,
  HoldKind,
  Lane,
  Pacing,
  ProviderSettings,
  SmtpSettings,
  senderKinds,
} from '../contract.ts'
import type { DkimKeyTable } from './tables/dkim-key.ts'
import type { FeedbackTable, MailboxMessageTable, MailboxTable } from './tables/feedback.ts'
import type { AttemptTable, MessageAttachmentTable, MessageTable, ResolutionTable } from './tables/messages.ts'
import type { ProviderEventTable } from './tables/provider-event.ts'
import type { WebhookTables } from './tables/webhook.ts'

export const dispatchStates = ['preparing', 'running', 'paused', 'cancelled', 'finished'] as const
export type DispatchState = (typeof dispatchStates)[number]

export interface SenderTable {
  tenant_id: string
  id: string
  name: string
  from_name: string
  from_email: string
  reply_to: string
  postal_address: string
  kind: (typeof senderKinds)[number]
  smtp: ColumnType<z.output<typeof SmtpSettings> | null, string | null, string | null>
  password: string | null
  messages_per_second: number | null
  /** Read through the schema, which fills what is not set. */
  pacing: ColumnType<z.input<typeof Pacing>, string | undefined, string>
  return_path_domain: Generated<string>
  tracking_domain: Generated<string>
  tracking_domain_proven_at: Date | null
  provider: ColumnType<ProviderSettings | null, string | null, string | null>
  signing_key: string | null
  fallback_sender_ids: Generated<string[]>
  trouble: Generated<string | null>
  trouble_at: Generated<Date | null>
  created_at: Generated<Date>
}
export interface WorkspaceHaltTable {
  tenant_id: string
  halted: boolean
  version: number
}
export interface DispatchTable {
  tenant_id: string
  id: string
  sender_id: string
  name: string
  lane: Generated<Lane>
  state: Generated<DispatchState>
  /** Nobody comes to it any more. */
  complete: Generated<boolean>
  trouble_count: Generated<number>
  trouble: string | null
  created_at: Generated<Date>
  finished_at: Date | null
  reconciled_at: Date | null
  difference: number | null
  halted: string | null
}
export interface DispatchVariantTable {
  tenant_id: string
  dispatch_id: string
  variant_id: string
  label: string
  subject: string
  preheader: string
  html: string
  text: string
}
export interface LinkTable {
  tenant_id: string
  id: string
  dispatch_id: string
  variant_id: string
  number: number
  url: string
}
/** States that a row of the ledger can have: `claimed` and `attempting` are told by its batch. */
export type StoredState = Exclude<DeliveryState, 'claimed' | 'attempting'>
export interface LedgerTable {
  tenant_id: string
  id: string
  batch_id: string
  dispatch_id: string
  contact_id: string | null
  variant_id: string | null
  settled_at: Date | null
  next_at: Date | null
  position: number
  attempts: Generated<number>
  lane: Lane
  state: StoredState
  email: string
  reason: string | null
}
export interface BatchTable extends Record<StoredState, number> {
  tenant_id: string
  id: string
  dispatch_id: string
  sender_id: string
  lane: Lane
  destination: string
  created_at: Generated<Date>
  size: number
  due_at: Date | null
  fence: string | null
  attempting: number[]
}
export interface TrafficTable {
  tenant_id: string
  minute: Date
  sender_id: string
  destination: string
  accepted: number
  deferred: number
  failed: number
  unknown: number
}
export interface BucketTable {
  tenant_id: string
  key: string
  tokens: number
  filled_at: Date
}
export interface HoldTable {
  tenant_id: string
  sender_id: string
  destination: string
  kind: HoldKind
  reason: string
  since: Generated<Date>
  until: Date
}
export interface HitTable {
  tenant_id: string
  id: string
  delivery_id: string
  campaign_id: string | null
  variant_id: string | null
  contact_id: string | null
  kind: (typeof engagementKinds)[number]
  link_id: string | null
  url: string | null
  machine: number
  signs: string[]
  agent: string
  address_hash: string
  at: Date
}
export interface SandboxMessageTable {
  tenant_id: string
  id: string
  sender: string
  recipients: string[]
  subject: string
  bytes: number
  source: Uint8Array
  received_at: Date
}

export interface DeliveryTables extends WebhookTables {
  'delivery.sender': SenderTable
  'delivery.dispatch': DispatchTable
  'delivery.workspace_halt': WorkspaceHaltTable
  'delivery.dispatch_variant': DispatchVariantTable
  'delivery.link': LinkTable
  'delivery.batch': BatchTable
  'delivery.delivery': LedgerTable
  'delivery.traffic': TrafficTable
  'delivery.bucket': BucketTable
  'delivery.hold': HoldTable
  'delivery.hit': HitTable
  'delivery.sandbox_message': SandboxMessageTable
  'delivery.feedback': FeedbackTable
  'delivery.mailbox': MailboxTable
  'delivery.mailbox_message': MailboxMessageTable
  'delivery.provider_event': ProviderEventTable
  'delivery.dkim_key': DkimKeyTable
  'delivery.message': MessageTable
  'delivery.message_attachment': MessageAttachmentTable
  'delivery.attempt': AttemptTable
  'delivery.resolution': ResolutionTable
}

/** One dispatch of one workspace: a campaign, by the campaign's id, or what a sender sends by the API. */
export interface DispatchRef {
  readonly tenantId: string
  readonly dispatchId: string
}
