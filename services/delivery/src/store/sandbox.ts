import type { Trx } from '@fanfare/kernel'
import { type Selectable, sql } from 'kysely'
import type { DeliveryTables, SandboxMessageTable } from './tables.ts'

type T = Trx<DeliveryTables>
export type SandboxRow = Selectable<SandboxMessageTable>
export type SandboxSummaryRow = Omit<SandboxRow, 'source' | 'tenant_id'>

export interface ReceivedMessage {
  readonly id: string
  readonly sender: string
  readonly recipients: readonly string[]
  readonly subject: string
  readonly source: Buffer
  readonly receivedAt: Date
}

export async function insertMessages(trx: T, tenantId: string, messages: readonly ReceivedMessage[]): Promise<void> {
  const records = messages.map(({ source, ...message }) => ({
    ...message,
    bytes: source.length,
    source: source.toString('base64'),
  }))
  await sql`
    insert into delivery.sandbox_message (tenant_id, id, sender, recipients, subject, bytes, source, received_at)
    select ${tenantId}::uuid, r.id, r.sender, array(select json_array_elements_text(r.recipients)), r.subject, r.bytes,
      decode(r.source, 'base64'), r."receivedAt"
    from json_to_recordset(${JSON.stringify(records)}::json)
      as r(id uuid, sender text, recipients json, subject text, bytes int, source text, "receivedAt" timestamptz)`.execute(
    trx,
  )
}

/** Drops what is older than the newest `kept`. */
export async function trimMessages(trx: T, tenantId: string, kept: number): Promise<void> {
  await sql`
    delete from delivery.sandbox_message
    where tenant_id = ${tenantId} and id <= (
      select id from delivery.sandbox_message where tenant_id = ${tenantId} order by id desc offset ${kept} limit 1
    )`.execute(trx)
}

export interface MessageFilter {
  readonly search?: string | undefined
  readonly before?: string | undefined
  readonly limit: number
}

/** Newest first: ids grow with time. */
export async function pageMessages(trx: T, tenantId: string, filter: MessageFilter): Promise<SandboxSummaryRow[]> {
  let query = trx
    .selectFrom('delivery.sandbox_message')
    .select(['id', 'sender', 'recipients', 'subject', 'bytes', 'received_at'])
    .where('tenant_id', '=', tenantId)
  if (filter.before) query = query.where('id', '<', filter.before)
  if (filter.search) {
    const search = filter.search.toLowerCase()
    query = query.where(
      sql<boolean>`(position(${search} in lower(subject)) > 0 or position(${search} in lower(array_to_string(recipients, ' '))) > 0)`,
    )
  }
  return query.orderBy('id', 'desc').limit(filter.limit).execute()
}

export async function findMessage(trx: T, tenantId: string, id: string): Promise<SandboxRow | undefined> {
  return trx
    .selectFrom('delivery.sandbox_message')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst()
}

export async function deleteMessages(trx: T, tenantId: string): Promise<void> {
  await trx.deleteFrom('delivery.sandbox_message').where('tenant_id', '=', tenantId).execute()
}
