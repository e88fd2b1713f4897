import { open } from 'node:fs/promises'
import { isProblem, type JobRun } from '@fanfare/kernel'
import type { Import } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { RunImport } from '../jobs.ts'
import { endImport, findImport, type ImportRow } from '../store/imports.ts'
import { showImport } from '../wire.ts'
import { readBatch } from './batch.ts'
import { compileRows, type FoundFields } from './contact-rows.ts'
import { RowReader } from './row-reader.ts'
import { removeSpool, spoolPath } from './spool.ts'
import { StagedRows } from './staged-rows.ts'
import { writeBatch } from './write-batch.ts'

const progressIntervalMs = 250

/**
 * Reads the file on from its cursor, a batch a transaction; the next batch is read while one is written. The cursor moves in
 * the transaction that writes the batch, so a kill at any moment loses and doubles nothing.
 */
export async function runImport(
  deps: Deps,
  tenantId: string,
  importId: string,
  run: Pick<JobRun, 'signal' | 'attempt'>,
): Promise<void> {
  const found = await deps.db.withTenant(tenantId, (trx) => findImport(trx, importId))
  if (found === undefined || found.state !== 'running' || found.plan === null) return
  const path = spoolPath(deps.config.dataDir, tenantId, importId)
  try {
    const ended = await readToEnd(deps, found, path, run.signal)
    if (ended) await finish(deps, ended, path)
  } catch (error) {
    if (!isFinal(error) && run.attempt <= RunImport.retryLimit) throw error
    await failImport(deps, tenantId, importId, error)
    await removeSpool(path)
  }
}

/** Returns the import as it stands at its end, or undefined when it was cancelled or another run has taken it over. */
async function readToEnd(
  deps: Deps,
  row: ImportRow,
  path: string,
  signal: AbortSignal,
): Promise<ImportRow | undefined> {
  const plan = row.plan as NonNullable<ImportRow['plan']>
  const found: FoundFields = new Map()
  const headers = row.columns.map(({ header }) => header)
  const options = {
    rows: deps.config.importBatchRows,
    onDuplicate: plan.onDuplicate,
    readRow: compileRows(plan, headers, found),
    found,
    nextId: () => deps.ids.next(),
  }
  let [inHand, spare] = [new StagedRows(), new StagedRows()]
  const tell = createTeller(deps, row.tenant_id)
  await using reader = new RowReader(await open(path), row.dialect, {
    bytes: Number(row.cursor_bytes),
    row: row.cursor_row,
  })
  for (let batch = await readBatch(reader, inHand, options); ; ) {
    const next = batch.isLast ? undefined : readBatch(reader, spare, options)
    const [written, following] = await Promise.all([writeBatch(deps, row, plan, batch), next])
    if (written === undefined || following === undefined) return written
    tell(written)
    // Thrown, so that the job is tried again: by the next process, where this one stopped.
    signal.throwIfAborted()
    batch = following
    ;[inHand, spare] = [spare, inHand]
  }
}

async function finish(deps: Deps, row: ImportRow, path: string): Promise<void> {
  if (row.state !== 'done') return
  await removeSpool(path)
  publish(deps, row.tenant_id, showImport(row))
  deps.live.publish(row.tenant_id, 'contacts', { type: 'changed' })
}

/** At most four messages a second; the last state is told by `finish`. */
function createTeller(deps: Deps, tenantId: string): (row: ImportRow) => void {
  let toldAt = 0
  return (row) => {
    const now = performance.now()
    if (now - toldAt < progressIntervalMs) return
    toldAt = now
    publish(deps, tenantId, showImport(row))
  }
}

function publish(deps: Deps, tenantId: string, shown: Import): void {
  deps.live.publish(tenantId, `import/${shown.id}`, { type: 'progress', ...shown })
}

async function failImport(deps: Deps, tenantId: string, importId: string, error: unknown): Promise<void> {
  const failure = isLost(error)
    ? problem('import_file_lost').message
    : isProblem(error, 'identity.limit_reached')
      ? error.message
      : `The import stopped after several tries: ${error instanceof Error ? error.message : String(error)}`
  const ended = { state: 'failed' as const, failure, now: deps.clock.now() }
  const row = await deps.db.withTenant(tenantId, (trx) => endImport(trx, importId, ended))
  if (row) publish(deps, tenantId, showImport(row))
}

/** Trying again would not help: the file is gone, or the database refuses the data itself (SQLSTATE classes 22, 23, 42, 54). */
function isFinal(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return (
    isLost(error) ||
    isProblem(error, 'identity.limit_reached') ||
    (typeof code === 'string' && /^(?:22|23|42|54)[0-9A-Z]{3}$/.test(code))
  )
}

function isLost(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ENOENT'
}
