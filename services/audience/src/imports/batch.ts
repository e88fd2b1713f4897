import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { Field } from '../contract.ts'
import type { FoundFields, ReadRow } from './contact-rows.ts'
import type { Position, RowFault, RowReader } from './row-reader.ts'
import type { StagedRows } from './staged-rows.ts'

const rowsBetweenYields = 500
/** Characters of a refused row that are kept for the person to find it again. */
const maxRejectLength = 4_000

export interface Reject {
  readonly row_number: number
  readonly reason: string
  readonly columns: readonly string[]
}

/** Rows that are written in one transaction, and where the file stands after them. */
export interface Batch {
  readonly from: Position
  readonly to: Position
  readonly isLast: boolean
  readonly rowsRead: number
  readonly contacts: StagedRows
  readonly rejects: readonly Reject[]
  /** Fields that attributes named and that were not known before. */
  readonly found: ReadonlyMap<string, Field['type']>
}

export interface BatchOptions {
  readonly rows: number
  readonly onDuplicate: 'update' | 'keep'
  readonly readRow: (cells: readonly string[]) => ReadRow
  readonly found: FoundFields
  readonly nextId: () => string
}

/** Reads the next batch, in slices, so that the rest of the process and the batch being written go on meanwhile. */
export async function readBatch(reader: RowReader, contacts: StagedRows, options: BatchOptions): Promise<Batch> {
  const from = reader.position
  contacts.clear()
  const rejects: Reject[] = []
  let rowsRead = 0
  let more = true
  while (more && rowsRead < options.rows) {
    more = await reader.read(Math.min(rowsBetweenYields, options.rows - rowsRead), (cells, rowNumber, fault) => {
      rowsRead++
      const row = fault === undefined ? options.readRow(cells) : { wrong: faultSentences[fault] }
      if ('wrong' in row) rejects.push(rejectOf(rowNumber, row.wrong, cells))
      else contacts.add(row, options.nextId(), options.onDuplicate)
    })
    await yieldToOthers()
  }
  return { from, to: reader.position, isLast: !more, rowsRead, contacts, rejects, found: new Map(options.found) }
}

const faultSentences: Readonly<Record<RowFault, string>> = {
  unclosed_quote: 'opens a quote that is never closed',
  too_long: 'is longer than 262144 characters',
}

function rejectOf(rowNumber: number, reason: string, cells: readonly string[]): Reject {
  let left = maxRejectLength
  const columns: string[] = []
  for (const cell of cells) {
    if (left <= 0) break
    columns.push(storable(cell.slice(0, left)))
    left -= cell.length + 1
  }
  return { row_number: rowNumber, reason: storable(reason), columns }
}

function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed()
}
