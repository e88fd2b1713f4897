import type { Trx } from '@fanfare/kernel'
import { type Selectable, sql } from 'kysely'
import type { WebhookEventType, WebhookMessageState } from '../contract.ts'
import type { WebhookAttemptTable, WebhookMessageTable } from './tables/webhook.ts'
import type { DeliveryTables } from './tables.ts'

type T = Trx<DeliveryTables>
export type WebhookMessageRow = Selectable<WebhookMessageTable>
export type WebhookAttemptRow = Selectable<WebhookAttemptTable>

/** One message of one webhook. */
export interface MessageRef {
  readonly tenantId: string
  readonly webhookId: string
  readonly id: string
}

/** What the ledger knows of a message and the events do not say. */
export interface MessageFacts {
  readonly id: string
  readonly email: string
  readonly reason: string | null
}

export async function findMessageFacts(trx: T, tenantId: string, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, MessageFacts>()
  const rows = await trx
    .selectFrom('delivery.delivery')
    .select(['id', 'email', 'reason'])
    .where('tenant_id', '=', tenantId)
    .where(sql<boolean>`id = any(${sql.val(ids)}::uuid[])`)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

export interface NewMessage {
  readonly id: string
  readonly type: WebhookEventType
  readonly payload: string
}

/** One message for each active webhook that wants its type; those that are there already stay as they are. */
export async function insertMessages(trx: T, tenantId: string, messages: readonly NewMessage[]): Promise<void> {
  await sql`
    insert into delivery.webhook_message (tenant_id, webhook_id, id, type, payload)
    select ${tenantId}::uuid, w.id, m.id, m.type, m.payload
    from json_to_recordset(${JSON.stringify(messages)}::json) as m(id uuid, type text, payload text)
    join delivery.webhook w on w.tenant_id = ${tenantId}::uuid and w.state = 'active' and m.type = any(w.types)
    on conflict do nothing`.execute(trx)
}

export interface MessageFilter {
  readonly state?: WebhookMessageState | undefined
  readonly type?: WebhookEventType | undefined
  /** Lowest id wanted. */
  readonly from?: string | undefined
  /** Last id of the page before. */
  readonly before?: string | undefined
  readonly limit: number
}

/** Newest first: an id begins with its time. */
export async function pageMessages(trx: T, tenantId: string, webhookId: string, filter: MessageFilter) {
  let query = trx
    .selectFrom('delivery.webhook_message')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('webhook_id', '=', webhookId)
  if (filter.state) query = query.where('state', '=', filter.state)
  if (filter.type) query = query.where('type', '=', filter.type)
  if (filter.from) query = query.where('id', '>=', filter.from)
  if (filter.before) query = query.where('id', '<', filter.before)
  return query.orderBy('id', 'desc').limit(filter.limit).execute()
}

export async function findMessage(trx: T, { tenantId, webhookId, id }: MessageRef) {
  return trx
    .selectFrom('delivery.webhook_message')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('webhook_id', '=', webhookId)
    .where('id', '=', id)
    .executeTakeFirst()
}

export async function listAttempts(trx: T, { tenantId, webhookId, id }: MessageRef): Promise<WebhookAttemptRow[]> {
  return trx
    .selectFrom('delivery.webhook_attempt')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('webhook_id', '=', webhookId)
    .where('message_id', '=', id)
    .orderBy('id', 'desc')
    .limit(100)
    .execute()
}

export interface AttemptFilter {
  /** Only calls that did not get a 2xx. */
  readonly failed: boolean
  /** Last id of the page before. */
  readonly before: string | undefined
  readonly limit: number
}

/** All calls to a webhook, newest first. */
export async function pageAttempts(trx: T, tenantId: string, webhookId: string, filter: AttemptFilter) {
  let query = trx
    .selectFrom('delivery.webhook_attempt')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('webhook_id', '=', webhookId)
  if (filter.failed) query = query.where(sql<boolean>`(status is null or status not between 200 and 299)`)
  if (filter.before) query = query.where('id', '<', filter.before)
  return query.orderBy('id', 'desc').limit(filter.limit).execute()
}

/** Makes a message due at once, with all its tries before it when it had come to an end. One being sent stays as it is. */
export async function replayMessage(trx: T, { tenantId, webhookId, id }: MessageRef): Promise<void> {
  await sql`
    update delivery.webhook_message
    set attempts = case when state = 'pending' then attempts else 0 end,
      state = 'pending', next_at = now(), finished_at = null
    where tenant_id = ${tenantId} and webhook_id = ${webhookId} and id = ${id} and state <> 'sending'`.execute(trx)
}

/** The oldest of what failed, up to a limit. Returns how many. */
export async function replayFailed(trx: T, tenantId: string, webhookId: string, from: string, limit: number) {
  const { numAffectedRows } = await sql`
    with failed as (
      select id from delivery.webhook_message
      where tenant_id = ${tenantId} and webhook_id = ${webhookId} and state = 'failed' and id >= ${from}::uuid
      order by id limit ${limit} for update skip locked
    )
    update delivery.webhook_message m
    set state = 'pending', attempts = 0, next_at = now(), finished_at = null
    from failed where m.tenant_id = ${tenantId} and m.webhook_id = ${webhookId} and m.id = failed.id`.execute(trx)
  return Number(numAffectedRows ?? 0)
}

/** Removes up to `limit` messages older than an id, or any, with their attempts. Returns how many. */
export async function deleteMessages(
  trx: T,
  { tenantId, webhookId }: { tenantId: string; webhookId: string },
  before: string | null,
  limit: number,
) {
  const { numAffectedRows } = await sql`
    with old as (
      select id from delivery.webhook_message
      where tenant_id = ${tenantId} and webhook_id = ${webhookId} and (${before}::uuid is null or id < ${before}::uuid)
      order by id limit ${limit}
    ), attempts as (
      delete from delivery.webhook_attempt
      where tenant_id = ${tenantId} and webhook_id = ${webhookId} and message_id in (select id from old)
    )
    delete from delivery.webhook_message
    where tenant_id = ${tenantId} and webhook_id = ${webhookId} and id in (select id from old)`.execute(trx)
  return Number(numAffectedRows ?? 0)
}

/** A message that was sent outside the queue and has come to its end. */
export async function insertEnded(
  trx: T,
  message: MessageRef & { type: string; payload: string; status: number | null; delivered: boolean },
): Promise<void> {
  const { tenantId, webhookId, id, type, payload, status, delivered } = message
  await trx
    .insertInto('delivery.webhook_message')
    .values({
      ...{ tenant_id: tenantId, webhook_id: webhookId, id, type, payload, attempts: 1, last_status: status },
      ...{ state: delivered ? 'delivered' : 'failed', next_at: null, finished_at: sql<Date>`now()` },
    })
    .execute()
}
