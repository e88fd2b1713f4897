import { Readable } from 'node:stream'
import { recordAudit, type WorkspaceExport } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import * as store from '../store/exports.ts'
import type { ExportTable } from '../store/tables/workspaces.ts'
import { ExportWorkspace } from './export-job.ts'
import type { Acting } from './members.ts'

const dayMs = 24 * 60 * 60 * 1_000
/** How long an export can be fetched. */
const keptDays = 2

/** Everything of a workspace in one file, made by a job. */
export async function askExport(
  { db, ids, clock, jobs, events }: Pick<Deps, 'db' | 'ids' | 'clock' | 'jobs' | 'events'>,
  { tenantId, userId }: Acting,
): Promise<WorkspaceExport> {
  const now = clock.now()
  const row: ExportTable = {
    tenant_id: tenantId,
    id: ids.next(),
    asked_by: userId,
    state: 'waiting',
    tables_done: 0,
    tables_all: 0,
    rows_written: 0,
    bytes: 0,
    failure: null,
    created_at: now,
    finished_at: null,
    expires_at: new Date(now.getTime() + keptDays * dayMs),
  }
  return db.withTenant(tenantId, async (trx) => {
    if (!(await store.insertExport(trx, row))) throw problem('export_running')
    await jobs.enqueue(ExportWorkspace, { exportId: row.id }, { tenantId, singletonKey: row.id })
    await recordAudit(events, { tenantId, action: 'workspace.export_asked', target: { kind: 'export', id: row.id } })
    return toExport(row)
  })
}

export async function listExports({ db, clock }: Pick<Deps, 'db' | 'clock'>, tenantId: string) {
  const rows = await db.withTenant(tenantId, (trx) => store.listExports(trx, tenantId, clock.now()))
  return rows.map(toExport)
}

export async function deleteExport(
  { db, events }: Pick<Deps, 'db' | 'events'>,
  tenantId: string,
  exportId: string,
): Promise<void> {
  await db.withTenant(tenantId, async (trx) => {
    if (!(await store.deleteExport(trx, tenantId, exportId))) throw missing(exportId)
    const target = { kind: 'export', id: exportId }
    await recordAudit(events, { tenantId, action: 'workspace.export_deleted', target })
  })
}

/** The file, a piece at a time. That somebody fetches it is kept in the audit trail. */
export async function openExport(
  { db, clock, events }: Pick<Deps, 'db' | 'clock' | 'events'>,
  tenantId: string,
  exportId: string,
): Promise<{ content: Readable; bytes: number }> {
  const row = await db.withTenant(tenantId, async (trx) => {
    const found = await store.findExport(trx, tenantId, exportId, clock.now())
    if (found === undefined) throw missing(exportId)
    if (found.state !== 'done') throw problem('export_unfinished', { detail: { state: found.state } })
    await recordAudit(events, {
      tenantId,
      action: 'workspace.export_fetched',
      target: { kind: 'export', id: exportId },
    })
    return found
  })
  const pieces = async function* () {
    for (let number = 0; ; number++) {
      const piece = await db.withTenant(tenantId, (trx) => store.findPiece(trx, tenantId, exportId, number))
      if (piece === undefined) return
      yield piece
    }
  }
  return { content: Readable.from(pieces()), bytes: Number(row.bytes) }
}

export function toExport(row: ExportTable): WorkspaceExport {
  return {
    id: row.id,
    state: row.state,
    tablesDone: row.tables_done,
    tablesAll: row.tables_all,
    rows: Number(row.rows_written),
    bytes: Number(row.bytes),
    failure: row.failure,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    expiresAt: row.expires_at.toISOString(),
  }
}

const missing = (exportId: string) => problem('export_missing', { detail: { exportId } })
