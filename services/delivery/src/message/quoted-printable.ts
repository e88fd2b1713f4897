const lineLength = 76
const hex = Buffer.from('0123456789ABCDEF', 'latin1')
const tab = 9
const lf = 10
const cr = 13
const space = 32
const equals = 61

/** Quoted-printable (RFC 2045 §6.7) of text whose line ends are CRLF; no line is longer than 76 octets. */
export function quotedPrintable(text: string): Buffer {
  const source = Buffer.from(text, 'utf8')
  // Every octet may take three, and every line of 73 octets or more another three for its soft break.
  const target = Buffer.allocUnsafe(source.length * 3 + Math.ceil((source.length * 3) / 70) * 3 + 3)
  let length = 0
  let column = 0
  for (let at = 0; at < source.length; at++) {
    const octet = source[at] as number
    if (octet === cr || octet === lf) {
      target[length++] = octet
      column = 0
      continue
    }
    const plain = isPlain(octet, source[at + 1])
    const width = plain ? 1 : 3
    const endsLine = source[at + 1] === cr || at + 1 === source.length
    if (column + width > lineLength - (endsLine ? 0 : 1)) {
      target[length++] = equals
      target[length++] = cr
      target[length++] = lf
      column = 0
    }
    if (plain) target[length++] = octet
    else {
      target[length++] = equals
      target[length++] = hex[octet >> 4] as number
      target[length++] = hex[octet & 15] as number
    }
    column += width
  }
  return target.subarray(0, length)
}

/** White space before a line end would be lost on the way, so there it is not plain. */
function isPlain(octet: number, next: number | undefined): boolean {
  if (octet === space || octet === tab) return next !== cr && next !== undefined
  return octet > space && octet < 127 && octet !== equals
}
