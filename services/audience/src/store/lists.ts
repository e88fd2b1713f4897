import { type Kysely, type Selectable, sql } from 'kysely'
import type { ListTable, Schema } from './tables.ts'
import { isUniqueViolation } from './violations.ts'

type Db = Kysely<Schema>
export type ListRow = Selectable<ListTable>

export async function findLists(db: Db): Promise<(ListRow & { contacts: number })[]> {
  const { rows } = await sql<ListRow & { contacts: number }>`
    select list.*, (
      select count(*) from audience.list_member where list_member.list_id = list.id and left_at is null
    )::int as contacts
    from audience.list list order by name, id
  `.execute(db)
  return rows
}

export async function findList(db: Db, id: string): Promise<(ListRow & { contacts: number }) | undefined> {
  const { rows } = await sql<ListRow & { contacts: number }>`
    select list.*, (
      select count(*) from audience.list_member where list_member.list_id = list.id and left_at is null
    )::int as contacts
    from audience.list list where id = ${id}
  `.execute(db)
  return rows[0]
}

/** Which of these lists there are. */
export async function findListIds(db: Db, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await db.selectFrom('audience.list').select('id').where('id', 'in', ids).execute()
  return rows.map(({ id }) => id)
}

/** Undefined when the name is taken. */
export async function insertList(db: Db, list: ListRow): Promise<ListRow | undefined> {
  return db
    .insertInto('audience.list')
    .values(list)
    .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing())
    .returningAll()
    .executeTakeFirst()
}

export async function findListByName(db: Db, name: string): Promise<ListRow | undefined> {
  return db.selectFrom('audience.list').selectAll().where('name', '=', name).executeTakeFirst()
}

/** False when another list has the name. */
export async function renameList(db: Db, id: string, change: { name: string; description: string }): Promise<boolean> {
  try {
    await db.updateTable('audience.list').set(change).where('id', '=', id).execute()
    return true
  } catch (error) {
    if (isUniqueViolation(error)) return false
    throw error
  }
}

export async function deleteListRows(db: Db, id: string): Promise<boolean> {
  const deleted = await db.deleteFrom('audience.list').where('id', '=', id).returning('id').executeTakeFirst()
  await db.deleteFrom('audience.list_member').where('list_id', '=', id).execute()
  return deleted !== undefined
}

/** Adds the contacts there are; those who are on it, or left it themselves, stay as they are. Returns how many came. */
export async function insertMembers(
  db: Db,
  { tenantId, listId, now }: { tenantId: string; listId: string; now: Date },
  contactIds: readonly string[],
): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into audience.list_member (tenant_id, list_id, contact_id, added_at)
    select ${tenantId}::uuid, ${listId}::uuid, id, ${now}::timestamptz
    from audience.contact where id = any(${contactIds}::uuid[]) order by id
    on conflict do nothing
  `.execute(db)
  return Number(numAffectedRows ?? 0)
}

/** Takes contacts off the list; one who left keeps the mark of it. */
export async function deleteMembers(db: Db, listId: string, contactIds: readonly string[]): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from audience.list_member
    where list_id = ${listId} and contact_id = any(${contactIds}::uuid[]) and left_at is null
  `.execute(db)
  return Number(numAffectedRows ?? 0)
}

/** Makes these the lists of the contact, but for those that the person left. */
export async function replaceLists(
  db: Db,
  { tenantId, contactId, now }: { tenantId: string; contactId: string; now: Date },
  listIds: readonly string[],
): Promise<void> {
  await sql`
    delete from audience.list_member
    where contact_id = ${contactId} and left_at is null and not (list_id = any(${listIds}::uuid[]))
  `.execute(db)
  await sql`
    insert into audience.list_member (tenant_id, list_id, contact_id, added_at)
    select ${tenantId}::uuid, id, ${contactId}::uuid, ${now}::timestamptz
    from audience.list where id = any(${listIds}::uuid[])
    on conflict do nothing
  `.execute(db)
}

/** Lists that the contact is on or left. */
export async function findListsOfContact(
  db: Db,
  contactId: string,
): Promise<{ id: string; name: string; member: boolean }[]> {
  const { rows } = await sql<{ id: string; name: string; member: boolean }>`
    select list.id, list.name, left_at is null as member
    from audience.list_member join audience.list list on list.id = list_member.list_id
    where list_member.contact_id = ${contactId} order by list.name, list.id
  `.execute(db)
  return rows
}

/** Sets which of the lists the contact is on or left it wants to be on. Returns those that changed. */
export async function chooseLists(
  db: Db,
  contactId: string,
  wanted: readonly string[],
  now: Date,
): Promise<{ list_id: string; left_at: Date | null }[]> {
  const { rows } = await sql<{ list_id: string; left_at: Date | null }>`
    update audience.list_member
    set left_at = case when list_id = any(${wanted}::uuid[]) then null else ${now}::timestamptz end
    where contact_id = ${contactId} and (left_at is null) <> (list_id = any(${wanted}::uuid[]))
    returning list_id, left_at
  `.execute(db)
  return rows
}
