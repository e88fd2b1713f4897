const lineLength = 76
const tab = 9
const lf = 10
const cr = 13
const space = 32
const dot = 46
const equals = 61

/** Text of which every octet stands for itself, but for a dot that would begin a line. */
const plain = /^[ -<>-~]+$/
const octets = Array.from({ length: 256 }, (_, octet) => `=${octet.toString(16).toUpperCase().padStart(2, '0')}`)

/**
 * Quoted-printable (RFC 2045 §6.7) of text whose line ends are CRLF. No line is longer than 76 octets, and none begins
 * with a dot, which SMTP would have to double (RFC 5321 §4.5.2).
 */
export function quotedPrintable(text: string): string {
  return encode(text).encoded
}

/**
 * The same for a text that goes on: ends at the beginning of a line, by a soft break where the text does not end a line
 * itself. So encoded parts can be put one behind the other, and the fixed ones need to be encoded only once.
 */
export function quotedPrintablePart(text: string): string {
  if (text === '') return ''
  const asItIs = plainPart(text)
  if (asItIs !== undefined) return asItIs
  const { encoded, column } = encode(text, true)
  return column === 0 ? encoded : `${encoded}=\r\n`
}

/** The same for text that needs no encoding, or undefined when it does: cut into lines, each with its soft break. */
export function plainPart(text: string): string | undefined {
  if (!plain.test(text)) return undefined
  const longest = lineLength - 1
  let lines = ''
  for (let at = 0; at < text.length; at += longest) {
    if (text[at] === '.') return undefined
    lines += `${text.slice(at, at + longest)}=\r\n`
  }
  return lines
}

function encode(text: string, goesOn = false): { encoded: string; column: number } {
  const source = Buffer.from(text, 'utf8')
  let encoded = ''
  let column = 0
  for (let at = 0; at < source.length; at++) {
    const octet = source[at] as number
    if (octet === cr || octet === lf) {
      encoded += String.fromCharCode(octet)
      column = 0
      continue
    }
    const next = source[at + 1]
    const shown = isPlain(octet, next, column, goesOn) ? String.fromCharCode(octet) : (octets[octet] as string)
    const endsLine = next === cr || (next === undefined && !goesOn)
    if (column + shown.length > lineLength - (endsLine ? 0 : 1)) {
      encoded += `=\r\n${octet === dot ? octets[dot] : shown}`
      column = octet === dot ? 3 : shown.length
    } else {
      encoded += shown
      column += shown.length
    }
  }
  return { encoded, column }
}

/** White space before a line end would be lost on the way, so there it is not plain. */
function isPlain(octet: number, next: number | undefined, column: number, goesOn: boolean): boolean {
  if (octet === space || octet === tab) return next !== cr && (next !== undefined || goesOn)
  if (octet === dot) return column > 0
  return octet > space && octet < 127 && octet !== equals
}
