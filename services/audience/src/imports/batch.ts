import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { Field } from '../contract.ts'
import { type ContactRow, type FoundFields, graver, type ReadRow } from './contact-rows.ts'
import type { Position, RowFault, RowReader } from './row-reader.ts'

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
  /** By address key: two rows of one person have become one. */
  readonly contacts: ReadonlyMap<string, ContactRow>
  readonly rejects: readonly Reject[]
  /** Fields that attributes named and that were not known before. */
  readonly found: ReadonlyMap<string, Field['type']>
}

export interface BatchOptions {
  readonly rows: number
  readonly onDuplicate: 'update' | 'keep'
  readonly readRow: (cells: readonly string[]) => ReadRow
  readonly found: FoundFields
}

/** Reads the next batch, in slices, so that the rest of the process and the batch being written go on meanwhile. */
export async function readBatch(reader: RowReader, options: BatchOptions): Promise<Batch> {
  const from = reader.position
  const contacts = new Map<string, ContactRow>()
  const rejects: Reject[] = []
  let rowsRead = 0
  let more = true
  while (more && rowsRead < options.rows) {
    more = await reader.read(Math.min(rowsBetweenYields, options.rows - rowsRead), (cells, rowNumber, fault) => {
      rowsRead++
      const row = fault === undefined ? options.readRow(cells) : { wrong: faultSentences[fault] }
      if ('wrong' in row) rejects.push(rejectOf(rowNumber, row.wrong, cells))
      else addContact(contacts, row, options.onDuplicate)
    })
    await yieldToOthers()
  }
  return { from, to: reader.position, isLast: !more, rowsRead, contacts, rejects, found: new Map(options.found) }
}

const faultSentences: Readonly<Record<RowFault, string>> = {
  unclosed_quote: 'opens a quote that is never closed',
  too_long: 'is longer than 262144 characters',
}

/** The same as writing one after the other: what is given later wins, what is missing stays. */
function addContact(contacts: Map<string, ContactRow>, row: ContactRow, onDuplicate: 'update' | 'keep'): void {
  const earlier = contacts.get(row.key)
  if (earlier === undefined) {
    contacts.set(row.key, row)
    return
  }
  earlier.status = graver(earlier.status, row.status)
  if (onDuplicate === 'keep') return
  earlier.firstName = row.firstName || earlier.firstName
  earlier.lastName = row.lastName || earlier.lastName
  earlier.tags = [...new Set([...earlier.tags, ...row.tags])]
  earlier.fields = mergeJson(earlier.fields, row.fields)
}

function mergeJson(earlier: string, later: string): string {
  if (later === '{}') return earlier
  if (earlier === '{}') return later
  return JSON.stringify({ ...JSON.parse(earlier), ...JSON.parse(later) })
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

/** The batch in COPY's text format: https://www.postgresql.org/docs/current/sql-copy.html */
export function copyText(contacts: Iterable<ContactRow>, nextId: () => string): Buffer {
  let text = ''
  for (const { email, key, firstName, lastName, fields, status } of contacts) {
    text += `${nextId()}\t${email}\t${key}\t${escapeCopy(firstName)}\t${escapeCopy(lastName)}\t${escapeCopy(fields)}\t${status}\n`
  }
  return Buffer.from(text, 'utf8')
}

const copyEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function escapeCopy(text: string): string {
  return /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (found) => copyEscapes[found] as string) : text
}
