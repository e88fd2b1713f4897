/** What `scanRow` returns instead of an end: more text is needed, or a quote was opened and never closed. */
export const incomplete = -1
export const unclosed = -2

export interface ScanOptions {
  /** Whether no text follows. */
  readonly isWhole: boolean
  /** Whether a quoted cell must end on its line: how a reader goes on after a quote that was never closed. */
  readonly oneLine: boolean
}

const quote = 34
const space = 32
const carriageReturn = 13

/**
 * Reads the row that begins at `start` into `cells` and returns where the next begins, or `incomplete`, or `unclosed`.
 *
 * Cells are as in RFC 4180, and forgiving: a quote inside a cell that does not begin with one is text, and so is a lone
 * quote inside a quoted cell. A lone quote on a later line than the cell began is taken as a sign that an
 * earlier quote was never closed, so that one bad row does not swallow those after it.
 *
 * Written by hand because an import resumes at byte offsets and recovers row by row. The tests compare it with csv-parse.
 */
export function scanRow(
  text: string,
  start: number,
  dialect: { readonly delimiter: string; readonly newline: string },
  options: ScanOptions,
  cells: string[],
): number {
  const delimiter = dialect.delimiter.charCodeAt(0)
  const newline = dialect.newline.charCodeAt(0)
  cells.length = 0
  let at = start
  for (;;) {
    let end: number
    if (text.charCodeAt(at) === quote) {
      end = scanQuoted(text, at, delimiter, newline, options, cells)
      if (end < 0) return end
    } else {
      end = at
      for (; end < text.length; end++) {
        const code = text.charCodeAt(end)
        if (code === delimiter || code === newline) break
      }
      if (end === text.length && !options.isWhole) return incomplete
      cells.push(text.slice(at, lineEnd(text, at, end, newline, delimiter)))
    }
    if (end >= text.length) return text.length
    if (text.charCodeAt(end) === newline) return end + 1
    at = end + 1
  }
}

/** Leaves out the `\r` of `\r\n`. */
function lineEnd(text: string, at: number, end: number, newline: number, delimiter: number): number {
  if (newline === carriageReturn || text.charCodeAt(end) === delimiter) return end
  return end > at && text.charCodeAt(end - 1) === carriageReturn ? end - 1 : end
}

/** Pushes the quoted cell that opens at `open` and returns the index of the delimiter or newline after it. */
function scanQuoted(
  text: string,
  open: number,
  delimiter: number,
  newline: number,
  options: ScanOptions,
  cells: string[],
): number {
  let escaped = false
  let line: number | undefined
  for (let from = open + 1; ; ) {
    const at = text.indexOf('"', from)
    if (at < 0) return options.isWhole ? unclosed : incomplete
    line ??= lineAfter(text, open, newline)
    if (options.oneLine && at >= line) return unclosed
    if (text.charCodeAt(at + 1) === quote) {
      escaped = true
      from = at + 2
      continue
    }
    const end = cellEnd(text, at + 1, delimiter, newline, options.isWhole)
    if (end === incomplete) return incomplete
    if (end !== undefined) {
      const cell = text.slice(open + 1, at)
      cells.push(escaped ? cell.replaceAll('""', '"') : cell)
      return end
    }
    if (at >= line) return unclosed
    from = at + 1
  }
}

function lineAfter(text: string, open: number, newline: number): number {
  const at = text.indexOf(String.fromCharCode(newline), open)
  return at < 0 ? text.length : at
}

/** Where the cell ends when only spaces follow its closing quote; undefined when the quote was not a closing one. */
function cellEnd(text: string, from: number, delimiter: number, newline: number, isWhole: boolean): number | undefined {
  for (let at = from; ; at++) {
    if (at >= text.length) return isWhole ? text.length : incomplete
    const code = text.charCodeAt(at)
    if (code === delimiter || code === newline) return at
    if (code !== space && code !== carriageReturn) return undefined
  }
}
