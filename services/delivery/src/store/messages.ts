import type { Trx } from '@fanfare/kernel'
import { type Insertable, type Selectable, sql } from 'kysely'
import type { DeliveryState } from '../contract.ts'
import { type LedgerEntry, shownEntries } from './ledger.ts'
import type { MessageAttachmentTable, MessageTable } from './tables/messages.ts'
import type { DeliveryTables } from './tables.ts'

type T = Trx<DeliveryTables>
export type MessageRow = Selectable<MessageTable>
export type AttachmentRow = Selectable<MessageAttachmentTable>

/** False when the call was taken before: its key decides, also between two that come at once. */
export async function insertMessage(trx: T, message: Insertable<MessageTable>): Promise<boolean> {
  const inserted = await trx
    .insertInto('delivery.message')
    .values(message)
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'request_key']).where('request_key', 'is not', null).doNothing(),
    )
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}

export async function findMessageByRequest(trx: T, tenantId: string, requestKey: string) {
  return trx
    .selectFrom('delivery.message')
    .select(['recipients', 'request_digest'])
    .where('tenant_id', '=', tenantId)
    .where('request_key', '=', requestKey)
    .executeTakeFirst()
}

export async function findMessages(trx: T, tenantId: string, ids: readonly string[]): Promise<MessageRow[]> {
  if (ids.length === 0) return []
  return trx
    .selectFrom('delivery.message')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('id', 'in', ids)
    .execute()
}

export async function insertAttachments(trx: T, rows: readonly Insertable<MessageAttachmentTable>[]): Promise<void> {
  if (rows.length === 0) return
  await trx
    .insertInto('delivery.message_attachment')
    .values([...rows])
    .execute()
}

/** Files of messages, in their order. */
export async function listAttachments(
  trx: T,
  tenantId: string,
  messageIds: readonly string[],
): Promise<AttachmentRow[]> {
  if (messageIds.length === 0) return []
  return trx
    .selectFrom('delivery.message_attachment')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('message_id', 'in', messageIds)
    .orderBy('message_id')
    .orderBy('number')
    .execute()
}

export async function describeAttachments(trx: T, tenantId: string, messageId: string) {
  return trx
    .selectFrom('delivery.message_attachment')
    .select(['file_name', 'content_type', 'bytes'])
    .where('tenant_id', '=', tenantId)
    .where('message_id', '=', messageId)
    .orderBy('number')
    .execute()
}

/** Empties files of messages that were due so long ago that nothing of them can be pending; their names stay. */
export async function dropOldContent(trx: T, tenantId: string, days: number): Promise<void> {
  await sql`
    update delivery.message_attachment a set content = ''
    where tenant_id = ${tenantId} and created_at < now() - make_interval(days => ${days}) and length(content) > 0
      and not exists (
        select from delivery.message m join delivery.delivery d on d.tenant_id = m.tenant_id and d.id in (
          select (recipient ->> 'deliveryId')::uuid from jsonb_array_elements(m.recipients) as recipient
        )
        where m.tenant_id = a.tenant_id and m.id = a.message_id and d.state in ('queued', 'deferred')
      )`.execute(trx)
}

export interface MessageQuery {
  readonly tag?: string | undefined
  readonly recipient?: string | undefined
  readonly state?: DeliveryState | undefined
  readonly before?: string | undefined
  readonly limit: number
}

/** A message as a list shows it. */
export interface MessageEntry extends LedgerEntry {
  readonly sender_id: string
  readonly email_id: string | null
  readonly tags: string[]
  readonly metadata: Readonly<Record<string, string>>
  readonly send_at: Date | null
  readonly ordered_at: Date
}

/** Messages sent by the API, newest first. */
export async function pageMessages(trx: T, tenantId: string, query: MessageQuery): Promise<MessageEntry[]> {
  const { tag, recipient, state, before, limit } = query
  const conditions = [sql`d.tenant_id = ${tenantId} and d.lane = 'transactional'`]
  if (tag !== undefined) conditions.push(sql`m.tags @> array[${tag}]::text[]`)
  if (recipient !== undefined) conditions.push(sql`lower(d.email) = lower(${recipient})`)
  if (state !== undefined) conditions.push(sql`d.shown = ${state}`)
  if (before !== undefined) conditions.push(sql`d.id < ${before}`)
  const { rows } = await sql<MessageEntry>`
    select d.*, m.created_at as ordered_at, m.email_id, m.tags, m.metadata, m.send_at
    from (${shownEntries}) d join delivery.message m on m.tenant_id = d.tenant_id and m.id = d.variant_id
    where ${sql.join(conditions, sql` and `)} order by d.id desc limit ${limit}`.execute(trx)
  return rows
}
