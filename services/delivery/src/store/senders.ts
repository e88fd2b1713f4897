import type { Trx } from '@fanfare/kernel'
import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import { problem } from '../errors.ts'
import type { DeliveryTables, SenderTable } from './tables.ts'

type T = Trx<DeliveryTables>
export type SenderRow = Selectable<SenderTable>

export async function listSenderRows(trx: T, tenantId: string): Promise<SenderRow[]> {
  return trx.selectFrom('delivery.sender').selectAll().where('tenant_id', '=', tenantId).orderBy('created_at').execute()
}

/** All senders of the workspace, held until the transaction ends, so that two changes at once cannot make a ring of fallbacks. */
export async function lockSenders(trx: T, tenantId: string): Promise<SenderRow[]> {
  return trx
    .selectFrom('delivery.sender')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .orderBy('id')
    .forUpdate()
    .execute()
}

export async function findSender(trx: T, tenantId: string, id: string): Promise<SenderRow | undefined> {
  return trx
    .selectFrom('delivery.sender')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Problem: `delivery.sender_missing`. */
export async function getSender(trx: T, tenantId: string, id: string): Promise<SenderRow> {
  const sender = await findSender(trx, tenantId, id)
  if (sender === undefined) throw problem('sender_missing', { detail: { id } })
  return sender
}

/** Undefined when the workspace has a sender of that name. */
export async function insertSender(trx: T, sender: Insertable<SenderTable>): Promise<SenderRow | undefined> {
  return trx
    .insertInto('delivery.sender')
    .values(sender)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
}

export async function updateSenderRow(trx: T, tenantId: string, id: string, change: Updateable<SenderTable>) {
  return trx
    .updateTable('delivery.sender')
    .set(change)
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function findSenderNamed(trx: T, tenantId: string, name: string): Promise<SenderRow | undefined> {
  const senders = await listSenderRows(trx, tenantId)
  return senders.find((sender) => sender.name.toLowerCase() === name.toLowerCase())
}

export async function isSenderUsed(trx: T, tenantId: string, id: string): Promise<boolean> {
  const used = await trx
    .selectFrom('delivery.dispatch')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('sender_id', '=', id)
    .limit(1)
    .executeTakeFirst()
  return used !== undefined
}

export async function deleteSenderRow(trx: T, tenantId: string, id: string): Promise<void> {
  await trx.deleteFrom('delivery.sender').where('tenant_id', '=', tenantId).where('id', '=', id).execute()
}

/** Senders of the workspace by their ids, in the order of these; those that are gone are left out. */
export async function listFallbackSenders(trx: T, tenantId: string, ids: readonly string[]): Promise<SenderRow[]> {
  const rows = await trx
    .selectFrom('delivery.sender')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('id', 'in', ids)
    .execute()
  const found = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => found.get(id) ?? [])
}

/** Why a sender is left alone, or null when it works again. */
export async function noteSenderTrouble(trx: T, tenantId: string, id: string, trouble: string | null): Promise<void> {
  await trx
    .updateTable('delivery.sender')
    .set({ trouble, trouble_at: trouble === null ? null : sql<Date>`coalesce(trouble_at, now())` })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .execute()
}
