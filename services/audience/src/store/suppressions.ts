import { type Kysely, type Selectable, sql } from 'kysely'
import type { SuppressionReason } from '../contract.ts'
import type { Schema, SuppressionTable } from './tables.ts'

type Db = Kysely<Schema>
export type SuppressionRow = Selectable<SuppressionTable>

export async function pageSuppressions(
  db: Db,
  search: string | undefined,
  before: string | undefined,
  limit: number,
): Promise<SuppressionRow[]> {
  const term = search?.toLowerCase()
  return db
    .selectFrom('audience.suppression')
    .selectAll()
    .$if(term !== undefined && term !== '', (query) =>
      query.where('email_key', 'like', `%${(term as string).replace(/[\\%_]/g, '\\$&')}%`),
    )
    .$if(before !== undefined, (query) => query.where('id', '<', before as string))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** Undefined when the address is on the list already. */
export async function insertSuppression(db: Db, row: SuppressionRow): Promise<SuppressionRow | undefined> {
  return db
    .insertInto('audience.suppression')
    .values(row)
    .onConflict((conflict) => conflict.columns(['tenant_id', 'email_key']).doNothing())
    .returningAll()
    .executeTakeFirst()
}

export async function deleteSuppressionRow(db: Db, id: string): Promise<SuppressionRow | undefined> {
  return db.deleteFrom('audience.suppression').where('id', '=', id).returningAll().executeTakeFirst()
}

/** Takes the address off the list if it is there for this reason. */
export async function liftSuppression(db: Db, key: string, reason: SuppressionReason): Promise<boolean> {
  const row = await db
    .deleteFrom('audience.suppression')
    .where('email_key', '=', key)
    .where('reason', '=', reason)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function findSuppressionByEmail(db: Db, key: string): Promise<SuppressionRow | undefined> {
  return db.selectFrom('audience.suppression').selectAll().where('email_key', '=', key).executeTakeFirst()
}

export interface NewSuppressions {
  readonly tenantId: string
  readonly contactIds: readonly string[]
  readonly reason: SuppressionReason
  readonly note: string
  readonly now: Date
}

/**
 * Puts the contacts' addresses on the list; returns the contacts whose address was not there. A bounce or complaint takes the
 * place of an unsubscribe, which does not keep away what a person waits for; the contact's status still says that they left.
 */
export async function suppressContactRows(db: Db, wanted: NewSuppressions): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with inserted as (
      insert into audience.suppression as suppression (tenant_id, id, email, email_key, reason, note, created_at)
      select ${wanted.tenantId}::uuid, gen_random_uuid(), email, email_key, ${wanted.reason}::text, ${wanted.note}::text,
        ${wanted.now}::timestamptz
      from audience.contact where id = any(${wanted.contactIds}::uuid[]) order by email_key
      on conflict (tenant_id, email_key) do update set reason = excluded.reason, note = excluded.note
        where suppression.reason = 'unsubscribed' and excluded.reason in ('hard_bounce', 'complaint')
      returning email_key
    )
    select contact.id from inserted join audience.contact contact on contact.email_key = inserted.email_key
  `.execute(db)
  return rows.map(({ id }) => id)
}

const statusByReason: Readonly<Record<SuppressionReason, 'unsubscribed' | 'bounced' | 'complained' | undefined>> = {
  unsubscribed: 'unsubscribed',
  hard_bounce: 'bounced',
  complaint: 'complained',
  manual: undefined,
  import: undefined,
}

/** Sets the status that a reason brings and writes the ledger. A complaint outweighs the rest, which outweigh `subscribed`. */
export async function markSuppressed(db: Db, wanted: NewSuppressions, source: string): Promise<void> {
  const status = statusByReason[wanted.reason]
  if (status === undefined) return
  await sql`
    with changed as (
      update audience.contact set status = ${status}, updated_at = ${wanted.now}::timestamptz
      where id = any(${wanted.contactIds}::uuid[])
        and (status = 'subscribed' or (${status} = 'complained' and status <> 'complained'))
      returning id
    )
    insert into audience.consent_event (tenant_id, contact_id, at, action, source)
    select ${wanted.tenantId}::uuid, id, ${wanted.now}::timestamptz, 'withdrawn', ${source}::text
    from changed where ${status} <> 'bounced'
    on conflict do nothing
  `.execute(db)
}
