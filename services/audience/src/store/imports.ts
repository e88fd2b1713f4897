import { type Insertable, type Kysely, type Selectable, sql } from 'kysely'
import type { ColumnTarget } from '../contract.ts'
import type { Batch, Reject } from '../imports/batch.ts'
import type { ImportPlan } from '../imports/plan.ts'
import type { ImportTable, Schema } from './tables.ts'

type Db = Kysely<Schema>
export type ImportRow = Selectable<ImportTable>

export async function findImport(db: Db, id: string): Promise<ImportRow | undefined> {
  return db.selectFrom('audience.import').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function insertImport(db: Db, row: Insertable<ImportTable>): Promise<ImportRow> {
  return db.insertInto('audience.import').values(row).returningAll().executeTakeFirstOrThrow()
}

export async function pageImports(db: Db, before: string | undefined, limit: number): Promise<ImportRow[]> {
  return db
    .selectFrom('audience.import')
    .selectAll()
    .$if(before !== undefined, (query) => query.where('id', '<', before as string))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** Moves an uploaded import to running; undefined when it is not uploaded (any more). */
export async function markImportRunning(
  db: Db,
  id: string,
  started: { plan: ImportPlan; columns: { header: string; target: ColumnTarget; samples: string[] }[]; now: Date },
): Promise<ImportRow | undefined> {
  return db
    .updateTable('audience.import')
    .set({
      state: 'running',
      plan: JSON.stringify(started.plan),
      columns: JSON.stringify(started.columns),
      started_at: started.now,
    })
    .where('id', '=', id)
    .where('state', '=', 'uploaded')
    .returningAll()
    .executeTakeFirst()
}

/** Ends an import that has not ended; undefined when it has. */
export async function endImport(
  db: Db,
  id: string,
  ended: { state: 'failed' | 'cancelled'; failure: string | null; now: Date },
): Promise<ImportRow | undefined> {
  return db
    .updateTable('audience.import')
    .set({ state: ended.state, failure: ended.failure, finished_at: ended.now })
    .where('id', '=', id)
    .where('state', 'in', ['uploaded', 'running'])
    .returningAll()
    .executeTakeFirst()
}

/** Whether the import still runs and stands where the batch begins. Locks it, so that only one runner goes on. */
export async function claimBatch(db: Db, id: string, batch: Batch): Promise<boolean> {
  const row = await db
    .selectFrom('audience.import')
    .select('id')
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where('cursor_bytes', '=', batch.from.bytes)
    .where('cursor_row', '=', batch.from.row)
    .forUpdate()
    .executeTakeFirst()
  return row !== undefined
}

/** Moves the cursor behind the batch, in the transaction that wrote it. */
export async function advanceImport(
  db: Db,
  id: string,
  batch: Batch,
  written: { created: number; now: Date },
): Promise<ImportRow> {
  const rejected = batch.rejects.length
  const updated = batch.rowsRead - rejected - written.created
  return db
    .updateTable('audience.import')
    .set({
      cursor_bytes: batch.to.bytes,
      cursor_row: batch.to.row,
      rows_read: sql`rows_read + ${batch.rowsRead}`,
      created: sql`created + ${written.created}`,
      updated: sql`updated + ${updated}`,
      rejected: sql`rejected + ${rejected}`,
      ...(batch.isLast ? { state: 'done' as const, finished_at: written.now } : {}),
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function insertRejects(
  db: Db,
  tenantId: string,
  importId: string,
  rejects: readonly Reject[],
): Promise<void> {
  await sql`
    insert into audience.import_reject (tenant_id, import_id, row_number, reason, columns)
    select ${tenantId}::uuid, ${importId}::uuid, row_number, reason, columns
    from jsonb_to_recordset(${JSON.stringify(rejects)}::jsonb) as reject (row_number int, reason text, columns jsonb)
  `.execute(db)
}

export async function pageRejects(db: Db, importId: string, after: number, limit: number) {
  return db
    .selectFrom('audience.import_reject')
    .select(['row_number', 'reason', 'columns'])
    .where('import_id', '=', importId)
    .where('row_number', '>', after)
    .orderBy('row_number')
    .limit(limit)
    .execute()
}
