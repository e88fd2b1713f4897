/** Controls of any kind, and the separators that some readers take for line ends. */
const controls = /[\p{Cc}\u2028\u2029]+/gu
const controlsInText = /(?![\t\n])\p{Cc}/gu

/** Text fit for one header line or one database column: whole code points, no controls, no line breaks (RFC 5322 §2.2). */
export function oneLine(text: string): string {
  return text.toWellFormed().replace(controls, ' ').trim()
}

/** Text fit for a body: whole code points, CRLF line ends only, no control but tab, no byte order mark at its start. */
export function bodyText(text: string): string {
  return text
    .toWellFormed()
    .replace(/^\ufeff+/, '')
    .replace(/\r\n?/g, '\n')
    .replace(controlsInText, '')
    .replaceAll('\n', '\r\n')
}
