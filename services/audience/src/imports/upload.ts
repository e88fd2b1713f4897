import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { recordAudit } from '@fanfare/identity/contract'
import type { Import } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { listFields } from '../fields.ts'
import { insertImport } from '../store/imports.ts'
import { showImport } from '../wire.ts'
import { detectDialect, firstRows, isBlank } from './dialect.ts'
import { proposeMapping } from './mapping.ts'
import { maxRowLength, type Position, RowReader } from './row-reader.ts'
import { readBeginning, removeSpool, type SpooledFile, spoolPath, spoolUpload } from './spool.ts'

const rowsSampled = 200
const maxColumns = 500
const maxNameLength = 255

/** Takes a file in, finds out how to read it, and proposes what its columns become. Nothing is imported yet. */
export async function uploadImport(
  deps: Deps,
  tenantId: string,
  upload: { fileName: string; stream: Readable },
): Promise<Import> {
  const id = deps.ids.next()
  const file = await spoolUpload(upload.stream, spoolPath(deps.config.dataDir, tenantId, id))
  try {
    const shape = await readShape(file)
    const fields = await listFields(deps, tenantId)
    const { source, columns } = proposeMapping(shape.headers, shape.rows, fields)
    const row = await deps.db.withTenant(tenantId, async (trx) => {
      const made = await insertImport(trx, {
        tenant_id: tenantId,
        id,
        file_name: upload.fileName.slice(0, maxNameLength),
        bytes: file.bytes,
        state: 'uploaded',
        source,
        dialect: JSON.stringify(shape.dialect),
        columns: JSON.stringify(columns),
        text_bytes: file.textBytes,
        cursor_bytes: shape.first.bytes,
        cursor_row: shape.first.row,
        created_at: deps.clock.now(),
      })
      const target = { kind: 'import', id, name: made.file_name }
      await recordAudit(deps.events, { tenantId, action: 'import.uploaded', target, after: { bytes: file.bytes } })
      return made
    })
    return showImport(row)
  } catch (error) {
    await removeSpool(file.path)
    throw error
  }
}

/** The dialect, the headers, some rows, and where the first row of contacts is. */
async function readShape(file: SpooledFile) {
  const { text, isWhole } = await readBeginning(file)
  const { start, ...detected } = detectDialect(text, isWhole)
  const dialect = { encoding: file.encoding, ...detected }
  const textStart = file.start + Buffer.byteLength(text.slice(0, start))
  const rows = firstRows(text, start, dialect, isWhole, rowsSampled + 1)
  const top = await readTop(file.path, dialect, { bytes: textStart, row: 0 })
  if (!dialect.hasHeader) {
    const headers = top.cells.map((_, index) => `Column ${index + 1}`)
    return { dialect, headers, rows: rows.slice(0, rowsSampled), first: { bytes: textStart, row: 0 } }
  }
  return { dialect, headers: top.cells, rows: rows.slice(1), first: top.after }
}

/** The first row that is not blank, and the position after it. */
async function readTop(path: string, dialect: { delimiter: string; newline: '\n' | '\r' }, from: Position) {
  await using reader = new RowReader(await open(path), dialect, from)
  let cells: string[] | undefined
  let isBroken = false
  await reader.read(1, (row, _, fault) => {
    cells = [...row]
    isBroken = fault !== undefined
  })
  if (cells === undefined || isBlank(cells)) throw problem('import_empty')
  if (isBroken || cells.length > maxColumns) {
    throw problem('import_header_too_long', { detail: { limit: maxRowLength, columns: maxColumns } })
  }
  return {
    cells: cells.map((cell) => cell.replaceAll('\0', '').toWellFormed().trim().slice(0, 300)),
    after: reader.position,
  }
}
