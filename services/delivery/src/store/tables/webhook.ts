import type { Generated } from 'kysely'
import type { WebhookEventType, WebhookMessageState } from '../../contract.ts'

export interface WebhookTable {
  tenant_id: string
  id: string
  url: string
  description: string
  types: WebhookEventType[]
  secret: string
  previous_secret: string | null
  previous_until: Date | null
  state: Generated<'active' | 'disabled' | 'deleted'>
  disabled_reason: string | null
  disabled_at: Date | null
  failures: Generated<number>
  failing_since: Date | null
  rests_until: Date | null
  created_at: Generated<Date>
}
export interface WebhookMessageTable {
  tenant_id: string
  webhook_id: string
  id: string
  type: string
  payload: string
  state: Generated<WebhookMessageState>
  attempts: Generated<number>
  fence: Generated<number>
  next_at: Date | null
  last_status: number | null
  created_at: Generated<Date>
  finished_at: Date | null
}
export interface WebhookAttemptTable {
  tenant_id: string
  webhook_id: string
  message_id: string
  id: string
  at: Date
  duration_ms: number
  status: number | null
  error: string | null
  response: string | null
}
export interface WebhookTables {
  'delivery.webhook': WebhookTable
  'delivery.webhook_message': WebhookMessageTable
  'delivery.webhook_attempt': WebhookAttemptTable
}
