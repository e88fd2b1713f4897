import { readAddress } from '../addresses.ts'
import { scanRow } from './scan-row.ts'

export const delimiters = [',', ';', '\t', '|'] as const

/** How a file is to be read. Offsets are bytes of its UTF-8 copy. */
export interface Dialect {
  /** Of the file as it was uploaded, by its WHATWG or iconv name. */
  readonly encoding: string
  readonly delimiter: string
  /** `\n` also ends rows with `\r\n`; `\r` is for files that know no other end of line. */
  readonly newline: '\n' | '\r'
  /** Whether the first row names the columns. */
  readonly hasHeader: boolean
}

/** A dialect and where its first row begins: after a byte order mark or Excel's `sep=` line. */
export interface DetectedDialect extends Omit<Dialect, 'encoding'> {
  readonly start: number
}

const rowsLookedAt = 20

/**
 * Reads the shape of a table off its beginning.
 * @param text the first part of the file
 * @param isWhole whether that is all of it
 */
export function detectDialect(text: string, isWhole: boolean): DetectedDialect {
  const newline = detectNewline(text)
  const named = /^sep=(.)\r?[\n\r]/i.exec(text)
  const start = named?.[0].length ?? 0
  const delimiter = named?.[1] ?? detectDelimiter(text, newline, isWhole)
  const [first] = firstRows(text, start, { delimiter, newline }, isWhole, 1)
  const hasHeader = !(first ?? []).some((cell) => readAddress(cell) !== undefined)
  return { delimiter, newline, hasHeader, start }
}

function detectNewline(text: string): Dialect['newline'] {
  const feeds = text.match(/\n/g)?.length ?? 0
  const lone = text.match(/\r(?!\n)/g)?.length ?? 0
  return lone > feeds ? '\r' : '\n'
}

/** The delimiter that splits the most rows into as many columns as the first. */
function detectDelimiter(text: string, newline: Dialect['newline'], isWhole: boolean): string {
  let best: { delimiter: string; score: number } = { delimiter: ',', score: 0 }
  for (const delimiter of delimiters) {
    const rows = firstRows(text, 0, { delimiter, newline }, isWhole, rowsLookedAt)
    const columns = rows[0]?.length ?? 0
    if (columns < 2) continue
    const alike = rows.filter((row) => row.length === columns).length / rows.length
    const score = alike ** 2 * Math.min(columns, 50)
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
}

/** Up to `limit` rows that are not blank. */
export function firstRows(
  text: string,
  start: number,
  dialect: Pick<Dialect, 'delimiter' | 'newline'>,
  isWhole: boolean,
  limit: number,
): string[][] {
  const rows: string[][] = []
  for (let at = start; at < text.length && rows.length < limit; ) {
    const cells: string[] = []
    const end = scanRow(text, at, dialect, { isWhole, oneLine: false }, cells)
    if (end < 0) break
    if (!isBlank(cells)) rows.push(cells)
    at = end
  }
  return rows
}

export function isBlank(cells: readonly string[]): boolean {
  return cells.length === 1 && cells[0] === ''
}
