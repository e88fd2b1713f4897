import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import type { SegmentRules } from '../contract.ts'
import type { Schema, SegmentTable } from './tables.ts'

type Db = Kysely<Schema>
export type SegmentRow = Selectable<SegmentTable>

export async function findSegments(db: Db): Promise<SegmentRow[]> {
  return db.selectFrom('audience.segment').selectAll().orderBy('name').orderBy('id').execute()
}

export async function findSegment(db: Db, id: string): Promise<SegmentRow | undefined> {
  return db.selectFrom('audience.segment').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function insertSegment(db: Db, segment: SegmentRow): Promise<SegmentRow> {
  return db
    .insertInto('audience.segment')
    .values({ ...segment, rules: JSON.stringify(segment.rules) })
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function saveSegment(
  db: Db,
  id: string,
  change: { name: string; rules: SegmentRules; now: Date },
): Promise<SegmentRow | undefined> {
  return db
    .updateTable('audience.segment')
    .set({ name: change.name, rules: JSON.stringify(change.rules), updated_at: change.now })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

export async function deleteSegmentRow(db: Db, id: string): Promise<boolean> {
  const row = await db.deleteFrom('audience.segment').where('id', '=', id).returning('id').executeTakeFirst()
  return row !== undefined
}

export async function countMatching(db: Db, condition: RawBuilder<boolean>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from audience.contact contact where ${condition}
  `.execute(db)
  return rows[0]?.count ?? 0
}
