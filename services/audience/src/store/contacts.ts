import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import type { Contact } from '../contract.ts'
import type { ContactTable, Schema } from './tables.ts'
import { isUniqueViolation } from './violations.ts'

type Db = Kysely<Schema>
type Condition = RawBuilder<boolean>

/** A contact with what other tables say of it. */
export interface ContactRecord extends Selectable<ContactTable> {
  readonly tags: string[]
  readonly list_ids: string[]
  readonly suppressed: boolean
}

/** Which contacts are asked for; all that is named must hold. `rules` is a compiled segment. */
export interface ContactFilter {
  readonly search?: string | undefined
  readonly listId?: string | undefined
  readonly rules?: Condition | undefined
  readonly tag?: string | undefined
  readonly status?: Contact['status'] | undefined
}

const record = sql<ContactRecord>`
  contact.*,
  coalesce((
    select array_agg(tag::text order by tag) from audience.contact_tag where contact_tag.contact_id = contact.id
  ), '{}') as tags,
  coalesce((
    select array_agg(list_id::text order by list_id) from audience.list_member
    where list_member.contact_id = contact.id and left_at is null
  ), '{}') as list_ids,
  exists (select from audience.suppression where suppression.email_key = contact.email_key) as suppressed
`

export async function findContact(db: Db, id: string): Promise<ContactRecord | undefined> {
  const { rows } = await sql<ContactRecord>`
    select ${record} from audience.contact contact where id = ${id}
  `.execute(db)
  return rows[0]
}

/** Newest first, those made before `before`. */
export async function pageContacts(
  db: Db,
  filter: ContactFilter,
  before: string | undefined,
  limit: number,
): Promise<ContactRecord[]> {
  const { rows } = await sql<ContactRecord>`
    select ${record} from audience.contact contact
    where ${matching(filter)} ${before === undefined ? sql`` : sql`and id < ${before}`}
    order by id desc limit ${limit}
  `.execute(db)
  return rows
}

/** What a filter asks, over the alias `contact`. */
export function matching(filter: ContactFilter): Condition {
  const conditions: Condition[] = [sql<boolean>`true`]
  if (filter.search) conditions.push(matchesSearch(filter.search))
  if (filter.listId) conditions.push(isInList(filter.listId))
  if (filter.rules) conditions.push(filter.rules)
  if (filter.tag) conditions.push(hasTag(filter.tag))
  if (filter.status) conditions.push(sql<boolean>`contact.status = ${filter.status}`)
  return sql<boolean>`${sql.join(conditions, sql` and `)}`
}

export function isInList(listId: string): Condition {
  return sql<boolean>`exists (
    select from audience.list_member
    where list_member.list_id = ${listId} and list_member.contact_id = contact.id and left_at is null
  )`
}

export function hasTag(tag: string): Condition {
  return sql<boolean>`exists (
    select from audience.contact_tag where contact_tag.tag = ${tag} and contact_tag.contact_id = contact.id
  )`
}

/** With an @ it is the beginning of an address, which the index answers; else part of an address or a name. */
function matchesSearch(search: string): Condition {
  const term = search.toLowerCase()
  if (term.includes('@')) {
    return sql<boolean>`contact.email_key >= ${term} and contact.email_key < ${`${term}\u{10ffff}`}`
  }
  const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`
  return sql<boolean>`(
    contact.email_key ilike ${pattern} or contact.first_name || ' ' || contact.last_name ilike ${pattern}
  )`
}

/** Undefined when the address is taken. */
export async function insertContact(db: Db, contact: InsertedContact): Promise<{ id: string } | undefined> {
  return db
    .insertInto('audience.contact')
    .values({ ...contact, fields: JSON.stringify(contact.fields) })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'email_key']).doNothing())
    .returning('id')
    .executeTakeFirst()
}
export type InsertedContact = Selectable<ContactTable>

/** Waits for others who change the same contact. */
export async function lockContact(db: Db, id: string): Promise<Selectable<ContactTable> | undefined> {
  return db.selectFrom('audience.contact').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

export async function findContactByKey(db: Db, key: string): Promise<{ id: string } | undefined> {
  return db.selectFrom('audience.contact').select('id').where('email_key', '=', key).executeTakeFirst()
}

/** False when the address is another contact's: the unique index decides, so two changes at once cannot both have it. */
export async function saveContact(db: Db, contact: InsertedContact): Promise<boolean> {
  const { tenant_id: _, id, created_at: __, ...values } = contact
  try {
    await db
      .updateTable('audience.contact')
      .set({ ...values, fields: JSON.stringify(contact.fields) })
      .where('id', '=', id)
      .execute()
    return true
  } catch (error) {
    if (isUniqueViolation(error)) return false
    throw error
  }
}

/** Everything of the contact but its suppression and what the ledger says of its consent. */
export async function deleteContactRows(db: Db, id: string): Promise<boolean> {
  const deleted = await db.deleteFrom('audience.contact').where('id', '=', id).returning('id').executeTakeFirst()
  for (const table of ['audience.contact_tag', 'audience.list_member', 'audience.engagement'] as const) {
    await db.deleteFrom(table).where('contact_id', '=', id).execute()
  }
  return deleted !== undefined
}

export async function replaceTags(db: Db, tenantId: string, contactId: string, tags: readonly string[]): Promise<void> {
  await db.deleteFrom('audience.contact_tag').where('contact_id', '=', contactId).execute()
  if (tags.length === 0) return
  await db
    .insertInto('audience.contact_tag')
    .values(tags.map((tag) => ({ tenant_id: tenantId, tag, contact_id: contactId })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Tags in use and how many contacts have each; at most a thousand. */
export async function countTags(db: Db): Promise<{ tag: string; contacts: number }[]> {
  const { rows } = await sql<{ tag: string; contacts: number }>`
    select tag, count(*)::int as contacts from audience.contact_tag group by tag order by tag limit 1000
  `.execute(db)
  return rows
}

export async function countContactsOnly(db: Db): Promise<number> {
  const { rows } = await sql<{ contacts: number }>`select count(*)::float8 as contacts from audience.contact`.execute(
    db,
  )
  return rows[0]?.contacts ?? 0
}

export async function countContactRows(db: Db): Promise<{ contacts: number; reachable: number; suppressed: number }> {
  const { rows } = await sql<{ contacts: number; reachable: number; suppressed: number }>`
    select
      count(*)::int as contacts,
      (count(*) filter (
        where status = 'subscribed' and consent_basis <> 'none' and suppression.email_key is null
      ))::int as reachable,
      (select count(*) from audience.suppression)::int as suppressed
    from audience.contact contact
      left join audience.suppression suppression on suppression.email_key = contact.email_key
  `.execute(db)
  return rows[0] ?? { contacts: 0, reachable: 0, suppressed: 0 }
}
