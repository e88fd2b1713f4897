import type { ColumnType, Generated } from 'kysely'
import type { z } from 'zod'
import type { DeliveryState, engagementKinds, SmtpSettings, senderKinds } from '../contract.ts'

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
  created_at: Generated<Date>
}
export interface DispatchTable {
  tenant_id: string
  campaign_id: string
  sender_id: string
  name: string
  state: Generated<DispatchState>
  trouble_count: Generated<number>
  trouble: string | null
  created_at: Generated<Date>
  finished_at: Date | null
}
export interface DispatchVariantTable {
  tenant_id: string
  campaign_id: string
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
  campaign_id: string
  variant_id: string
  number: number
  url: string
}
export interface LedgerTable {
  tenant_id: string
  id: string
  campaign_id: string
  contact_id: string
  email: string
  variant_id: string | null
  state: DeliveryState
  fence: string | null
  lease_until: Date | null
  attempts: Generated<number>
  next_at: Date | null
  message_id: string | null
  reason: string | null
  queued_at: Generated<Date>
  settled_at: Date | null
}
export interface HitTable {
  tenant_id: string
  id: string
  delivery_id: string
  campaign_id: string
  variant_id: string | null
  contact_id: string
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

export interface DeliveryTables {
  'delivery.sender': SenderTable
  'delivery.dispatch': DispatchTable
  'delivery.dispatch_variant': DispatchVariantTable
  'delivery.link': LinkTable
  'delivery.delivery': LedgerTable
  'delivery.hit': HitTable
  'delivery.sandbox_message': SandboxMessageTable
}

/** One campaign of one workspace. */
export interface DispatchRef {
  readonly tenantId: string
  readonly campaignId: string
}
