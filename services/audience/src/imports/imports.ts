import { Readable } from 'node:stream'
import { recordAudit } from '@fanfare/identity/contract'
import { csvLine } from '@fanfare/kernel'
import type { Import } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { endImport, findImport, pageImports, pageRejects } from '../store/imports.ts'
import { showImport } from '../wire.ts'
import { removeSpool, spoolPath } from './spool.ts'

const rejectsRead = 1_000

export async function listImports(
  deps: Pick<Deps, 'db'>,
  tenantId: string,
  page: { before: string | undefined; limit: number },
): Promise<{ rows: Import[]; next: string | undefined }> {
  const rows = await deps.db.withTenant(tenantId, (trx) => pageImports(trx, page.before, page.limit + 1))
  const shown = rows.slice(0, page.limit)
  return { rows: shown.map(showImport), next: rows.length > page.limit ? shown.at(-1)?.id : undefined }
}

export async function getImport(deps: Pick<Deps, 'db'>, tenantId: string, importId: string): Promise<Import> {
  const row = await deps.db.withTenant(tenantId, (trx) => findImport(trx, importId))
  if (row === undefined) throw problem('import_missing', { detail: { importId } })
  return showImport(row)
}

/** Stops an import at the end of the batch in hand; contacts already written stay. */
export async function cancelImport(deps: Deps, tenantId: string, importId: string): Promise<Import> {
  const row = await deps.db.withTenant(tenantId, async (trx) => {
    const ended = await endImport(trx, importId, { state: 'cancelled', failure: null, now: deps.clock.now() })
    if (ended) {
      const target = { kind: 'import', id: importId, name: ended.file_name }
      await recordAudit(deps.events, { tenantId, action: 'import.cancelled', target })
      return ended
    }
    const found = await findImport(trx, importId)
    if (found === undefined) throw problem('import_missing', { detail: { importId } })
    const detail = { state: found.state, wanted: 'uploaded or running', action: 'cancelled' }
    throw problem('import_state', { detail })
  })
  await removeSpool(spoolPath(deps.config.dataDir, tenantId, importId))
  const shown = showImport(row)
  deps.live.publish(tenantId, `import/${importId}`, { type: 'progress', ...shown })
  return shown
}

/** Refused rows as CSV: the row's number as a spreadsheet shows it, why, and its columns as they were. */
export async function downloadRejects(deps: Deps, tenantId: string, importId: string): Promise<Readable> {
  const { columns } = await getImport(deps, tenantId, importId)
  return Readable.from(rejectLines(deps, tenantId, importId, ['row', 'reason', ...columns.map(({ header }) => header)]))
}

async function* rejectLines(
  deps: Pick<Deps, 'db'>,
  tenantId: string,
  importId: string,
  headers: string[],
): AsyncGenerator<string> {
  yield csvLine(headers)
  for (let after = -1; ; ) {
    const rows = await deps.db.withTenant(tenantId, (trx) => pageRejects(trx, importId, after, rejectsRead))
    if (rows.length > 0) {
      yield rows.map((row) => csvLine([String(row.row_number), row.reason, ...row.columns])).join('')
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < rejectsRead) return
    after = last.row_number
  }
}
