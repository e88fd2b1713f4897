import type { Trx } from '@fanfare/kernel'
import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import { problem } from '../errors.ts'
import type { MailboxMessageTable, MailboxTable } from './tables/feedback.ts'
import type { DeliveryTables } from './tables.ts'

type T = Trx<DeliveryTables>
export type MailboxRow = Selectable<MailboxTable>
export type MailboxMessageRow = Selectable<MailboxMessageTable>

export interface MailboxRef {
  readonly tenantId: string
  readonly mailboxId: string
}

/** Mailboxes of all workspaces that are due. */
export async function listDueMailboxes(trx: T, now: Date, limit: number): Promise<MailboxRef[]> {
  await sql`select set_config('app.delivery_mailboxes', 'on', true)`.execute(trx)
  const { rows } = await sql<MailboxRef>`
    select tenant_id as "tenantId", id as "mailboxId" from delivery.mailbox
    where active and due_at <= ${now} order by due_at limit ${limit}`.execute(trx)
  await sql`select set_config('app.delivery_mailboxes', '', true)`.execute(trx)
  return rows
}

export async function listMailboxRows(trx: T, tenantId: string): Promise<MailboxRow[]> {
  return trx.selectFrom('delivery.mailbox').selectAll().where('tenant_id', '=', tenantId).orderBy('name').execute()
}

export async function findMailbox(trx: T, { tenantId, mailboxId }: MailboxRef): Promise<MailboxRow | undefined> {
  return trx
    .selectFrom('delivery.mailbox')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('id', '=', mailboxId)
    .executeTakeFirst()
}

/** Problem: `delivery.mailbox_missing`. */
export async function getMailbox(trx: T, ref: MailboxRef): Promise<MailboxRow> {
  const mailbox = await findMailbox(trx, ref)
  if (mailbox === undefined) throw problem('mailbox_missing', { detail: { id: ref.mailboxId } })
  return mailbox
}

/** Undefined when there is one of that name. */
export async function insertMailbox(trx: T, row: Insertable<MailboxTable>): Promise<MailboxRow | undefined> {
  return trx
    .insertInto('delivery.mailbox')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
}

export async function isMailboxNameTaken(trx: T, { tenantId, mailboxId }: MailboxRef, name: string): Promise<boolean> {
  const other = await trx
    .selectFrom('delivery.mailbox')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('id', '<>', mailboxId)
    .where(sql<boolean>`lower(name) = lower(${name})`)
    .executeTakeFirst()
  return other !== undefined
}

export async function updateMailboxRow(
  trx: T,
  { tenantId, mailboxId }: MailboxRef,
  change: Updateable<MailboxTable>,
): Promise<MailboxRow> {
  return trx
    .updateTable('delivery.mailbox')
    .set(change)
    .where('tenant_id', '=', tenantId)
    .where('id', '=', mailboxId)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function deleteMailboxRow(trx: T, { tenantId, mailboxId }: MailboxRef): Promise<boolean> {
  const gone = await trx
    .deleteFrom('delivery.mailbox')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', mailboxId)
    .returning('id')
    .executeTakeFirst()
  return gone !== undefined
}

/** Which of these messages were taken in before. */
export async function listKnownKeys(
  trx: T,
  { tenantId, mailboxId }: MailboxRef,
  keys: readonly string[],
): Promise<Set<string>> {
  const rows = await trx
    .selectFrom('delivery.mailbox_message')
    .select('key')
    .where('tenant_id', '=', tenantId)
    .where('mailbox_id', '=', mailboxId)
    .where(sql<boolean>`key = any(${[...keys]}::text[])`)
    .execute()
  return new Set(rows.map(({ key }) => key))
}

/**
 * Notes messages as taken in, and counts them; returns the keys that are new. In the transaction that records what they say:
 * a message that is noted is never recorded again, one that is not was not recorded.
 */
export async function insertMailboxMessages(
  trx: T,
  ref: MailboxRef,
  rows: readonly MailboxMessageRow[],
): Promise<void> {
  if (rows.length === 0) return
  const added = await trx
    .insertInto('delivery.mailbox_message')
    .values([...rows])
    .onConflict((conflict) => conflict.doNothing())
    .returning('state')
    .execute()
  const count = (state: MailboxMessageRow['state']) => added.filter((row) => row.state === state).length
  await sql`
    update delivery.mailbox set handled = handled + ${count('handled')}, unmatched = unmatched + ${count('unmatched')},
      broken = broken + ${count('broken')}
    where tenant_id = ${ref.tenantId} and id = ${ref.mailboxId}`.execute(trx)
}

/** Forgets messages that need no remembering: the server has them no longer, or its numbers are past them. */
export async function forgetMailboxMessages(
  trx: T,
  { tenantId, mailboxId }: MailboxRef,
  { before, stillThere }: { readonly before: Date; readonly stillThere: readonly string[] },
): Promise<void> {
  await sql`
    delete from delivery.mailbox_message
    where tenant_id = ${tenantId} and mailbox_id = ${mailboxId} and state <> 'broken' and at < ${before}
      and key <> all(${[...stillThere]}::text[])`.execute(trx)
}

/** Newest first. */
export async function pageMailboxMessages(
  trx: T,
  { tenantId, mailboxId }: MailboxRef,
  filter: {
    readonly state?: MailboxMessageRow['state'] | undefined
    readonly before?: { readonly at: string; readonly key: string } | undefined
    readonly limit: number
  },
): Promise<Omit<MailboxMessageRow, 'source'>[]> {
  const { state, before } = filter
  return trx
    .selectFrom('delivery.mailbox_message')
    .select(['tenant_id', 'mailbox_id', 'key', 'state', 'kind', 'subject', 'sender', 'failure', 'at'])
    .where('tenant_id', '=', tenantId)
    .where('mailbox_id', '=', mailboxId)
    .$if(state !== undefined, (query) => query.where('state', '=', state as MailboxMessageRow['state']))
    .$if(before !== undefined, (query) =>
      query.where(sql<boolean>`(at, key) < (${before?.at}::timestamptz, ${before?.key})`),
    )
    .orderBy('at', 'desc')
    .orderBy('key', 'desc')
    .limit(filter.limit)
    .execute()
}
