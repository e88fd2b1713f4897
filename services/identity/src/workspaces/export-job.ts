import { createGzip } from 'node:zlib'
import {
  type Database,
  defineJob,
  type JobRun,
  listTenantTables,
  readTenantRows,
  type TenantTable,
} from '@fanfare/kernel'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { beginExport, changeExport, insertPiece } from '../store/exports.ts'
import { tarEnd, tarEntry } from './tar.ts'

export const ExportWorkspace = defineJob('identity.export-workspace', z.object({ exportId: z.uuid() }), {
  retryLimit: 2,
})

/** A file of the archive is closed when it has so many bytes: its length stands before its content. */
const partBytes = 4_000_000
const pieceBytes = 1_000_000

type ExportDeps = Pick<Deps, 'db' | 'clock' | 'log'>
interface ExportKey {
  readonly tenantId: string
  readonly exportId: string
}

/**
 * Writes every table of a workspace as JSON lines into one tar.gz, in constant memory. The catalogue says which tables there
 * are, so that a new one is in it. The kernel's own (queues, outboxes) and former exports are not.
 */
export async function exportWorkspace(deps: ExportDeps, key: ExportKey, run: JobRun): Promise<void> {
  const { tenantId, exportId } = key
  const tables = (await listTenantTables(deps.db)).filter(isExported).toSorted(byName)
  const begun = await deps.db.withTenant(tenantId, (trx) => beginExport(trx, tenantId, exportId, tables.length))
  if (!begun) return
  try {
    const bytes = await writePieces(deps, key, entriesOf(deps, key, tables, run.signal))
    await end(deps, key, { state: 'done', bytes, tables_done: tables.length })
  } catch (error) {
    if (error instanceof Deleted) return
    if (run.signal.aborted || run.attempt <= ExportWorkspace.retryLimit) throw error
    deps.log.error({ err: error, exportId }, 'the export of a workspace failed')
    await end(deps, key, { state: 'failed', failure: 'The export stopped after several tries. Ask for a new one' })
  }
}

function isExported({ schema, name }: TenantTable): boolean {
  return !schema.startsWith('kernel') && !name.startsWith('identity.workspace_export')
}

function byName(a: TenantTable, b: TenantTable): number {
  return a.name < b.name ? -1 : 1
}

/** The person deleted the export while it was written. */
class Deleted extends Error {}

async function* entriesOf(
  deps: ExportDeps,
  { tenantId, exportId }: ExportKey,
  tables: readonly TenantTable[],
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const now = deps.clock.now()
  const named = JSON.stringify({ workspace: tenantId, exportedAt: now.toISOString(), tables: tables.map(nameOf) })
  yield tarEntry('workspace.json', Buffer.from(`${named}\n`), now)
  let written = 0
  for (const [done, table] of tables.entries()) {
    for await (const part of partsOf(deps.db, tenantId, table)) {
      signal.throwIfAborted()
      written += part.rows
      yield tarEntry(`${nameOf(table)}${part.number === 0 ? '' : `.${part.number}`}.ndjson`, part.content, now)
    }
    const progress = { tables_done: done + 1, rows_written: written }
    const known = await deps.db.withTenant(tenantId, (trx) => changeExport(trx, tenantId, exportId, progress))
    if (!known) throw new Deleted()
  }
  yield tarEnd
}

function nameOf({ name }: TenantTable): string {
  return name.replaceAll('"', '')
}

async function* partsOf(db: Database, tenantId: string, table: TenantTable) {
  let [lines, bytes, number]: [Buffer[], number, number] = [[], 0, 0]
  const close = () => {
    const part = { number: number++, rows: lines.length, content: Buffer.concat(lines) }
    ;[lines, bytes] = [[], 0]
    return part
  }
  for await (const page of readTenantRows(db, tenantId, table)) {
    for (const line of page) {
      const encoded = Buffer.from(`${line}\n`)
      lines.push(encoded)
      bytes += encoded.length
    }
    if (bytes >= partBytes) yield close()
  }
  if (lines.length > 0 || number === 0) yield close()
}

/** Packs and keeps the archive; returns how long it has become. */
async function writePieces(
  { db }: Pick<Deps, 'db'>,
  { tenantId, exportId }: ExportKey,
  entries: AsyncIterable<Buffer>,
): Promise<number> {
  const zip = createGzip()
  const feeding = feed(zip, entries)
  let [waiting, waitingBytes, number, bytes]: [Buffer[], number, number, number] = [[], 0, 0, 0]
  const keep = async () => {
    const content = Buffer.concat(waiting)
    ;[waiting, waitingBytes] = [[], 0]
    bytes += content.length
    await db.withTenant(tenantId, (trx) =>
      insertPiece(trx, { tenant_id: tenantId, export_id: exportId, number: number++, content }),
    )
  }
  try {
    for await (const chunk of zip as AsyncIterable<Buffer>) {
      waiting.push(chunk)
      waitingBytes += chunk.length
      if (waitingBytes >= pieceBytes) await keep()
    }
  } finally {
    await feeding
  }
  if (waitingBytes > 0) await keep()
  return bytes
}

async function feed(zip: ReturnType<typeof createGzip>, entries: AsyncIterable<Buffer>): Promise<void> {
  try {
    for await (const entry of entries) {
      if (zip.write(entry)) continue
      await new Promise<void>((resolve) => {
        zip.once('drain', resolve)
        zip.once('close', resolve)
      })
      if (zip.destroyed) return
    }
    zip.end()
  } catch (error) {
    zip.destroy(error as Error)
  }
}

async function end(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  { tenantId, exportId }: ExportKey,
  ended: Parameters<typeof changeExport>[3],
): Promise<void> {
  await db.withTenant(tenantId, (trx) => changeExport(trx, tenantId, exportId, { ...ended, finished_at: clock.now() }))
}
