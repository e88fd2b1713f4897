/*
 * Cells that a spreadsheet would run as formulas are guarded by an apostrophe, which spreadsheets do not show (OWASP ASVS
 * 1.2.10). A sign followed only by digits and separators is a phone number or an amount and stays as it is.
 * Reading takes one apostrophe away again, so what was exported comes back equal.
 */
const dangerous = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/
const guarded = /^'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/
const signedNumber = /^[+-]\d[\d ().-]{0,40}$/

/** The cell as a spreadsheet may open it. */
export function guardCell(text: string): string {
  if (guarded.test(text) || (dangerous.test(text) && !signedNumber.test(text))) return `'${text}`
  return text
}

/** Reverses `guardCell`. */
export function unguardCell(text: string): string {
  return text.charCodeAt(0) === 39 && guarded.test(text) ? text.slice(1) : text
}

/** One line of CSV (RFC 4180), guarded. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => quoteCell(guardCell(cell))).join(',')}\r\n`
}

function quoteCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
