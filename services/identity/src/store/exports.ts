import { sql } from 'kysely'
import type { Row, Trx } from './schema.ts'
import type { ExportTable } from './tables/workspaces.ts'

export async function sumExportBytes(trx: Trx, tenantId: string): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select coalesce(sum(bytes), 0)::float8 as bytes from identity.workspace_export where tenant_id = ${tenantId}
  `.execute(trx)
  return rows[0]?.bytes ?? 0
}

/** False when one of the workspace is under way already: the unique index decides. */
export async function insertExport(trx: Trx, row: Row<'identity.workspace_export'>): Promise<boolean> {
  const inserted = await trx
    .insertInto('identity.workspace_export')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}

export function listExports(trx: Trx, tenantId: string, now: Date) {
  return trx
    .selectFrom('identity.workspace_export')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
}

export function findExport(trx: Trx, tenantId: string, id: string, now: Date) {
  return trx
    .selectFrom('identity.workspace_export')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('expires_at', '>', now)
    .executeTakeFirst()
}

/** Begins from nothing, also when a run before this one was cut off. False when it has ended or was deleted. */
export async function beginExport(trx: Trx, tenantId: string, id: string, tables: number): Promise<boolean> {
  const begun = await trx
    .updateTable('identity.workspace_export')
    .set({ state: 'running', tables_done: 0, tables_all: tables, rows_written: 0, bytes: 0 })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'running'])
    .executeTakeFirst()
  if (begun.numUpdatedRows === 0n) return false
  await trx
    .deleteFrom('identity.workspace_export_piece')
    .where('tenant_id', '=', tenantId)
    .where('export_id', '=', id)
    .execute()
  return true
}

/** False when it was deleted meanwhile. */
export async function changeExport(
  trx: Trx,
  tenantId: string,
  id: string,
  change: Partial<Pick<ExportTable, 'state' | 'tables_done' | 'rows_written' | 'bytes' | 'failure' | 'finished_at'>>,
): Promise<boolean> {
  const changed = await trx
    .updateTable('identity.workspace_export')
    .set(change)
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return changed.numUpdatedRows === 1n
}

export async function insertPiece(trx: Trx, piece: Row<'identity.workspace_export_piece'>): Promise<void> {
  await trx.insertInto('identity.workspace_export_piece').values(piece).execute()
}

export async function findPiece(trx: Trx, tenantId: string, exportId: string, number: number) {
  const row = await trx
    .selectFrom('identity.workspace_export_piece')
    .select('content')
    .where('tenant_id', '=', tenantId)
    .where('export_id', '=', exportId)
    .where('number', '=', number)
    .executeTakeFirst()
  return row?.content
}

export async function deleteExport(trx: Trx, tenantId: string, id: string): Promise<boolean> {
  const deleted = await trx
    .deleteFrom('identity.workspace_export')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst()
  return deleted.numDeletedRows === 1n
}

/** Workspaces with exports that have run out; row security opens the directory for it. */
export async function listTenantsOfExpired(trx: Trx, now: Date): Promise<string[]> {
  await sql`set local app.directory = 'on'`.execute(trx)
  const rows = await trx
    .selectFrom('identity.workspace_export')
    .select('tenant_id')
    .distinct()
    .where('expires_at', '<=', now)
    .execute()
  await sql`set local app.directory = ''`.execute(trx)
  return rows.map(({ tenant_id }) => tenant_id)
}

export async function deleteExpired(trx: Trx, tenantId: string, now: Date): Promise<void> {
  await trx
    .deleteFrom('identity.workspace_export')
    .where('tenant_id', '=', tenantId)
    .where('expires_at', '<=', now)
    .execute()
}
