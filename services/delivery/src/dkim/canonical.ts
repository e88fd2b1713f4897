import { createHash } from 'node:crypto'

/** A header field as `relaxed` has it: `name:value` on one line, white space runs as one space (RFC 6376 §3.4.2). */
export function relaxHeader(field: string): string {
  const colon = field.indexOf(':')
  const name = field.slice(0, colon).replace(/[ \t]+$/, '')
  const value = field.slice(colon + 1).replace(/(?:[ \t]|\r\n)+/g, ' ')
  const from = value.startsWith(' ') ? 1 : 0
  const to = value.length > from && value.endsWith(' ') ? -1 : undefined
  return `${name.toLowerCase()}:${value.slice(from, to)}`
}

/** The header block taken apart: each field with its folds, without the CRLF that ends it. */
export function fieldsOf(header: string): string[] {
  return header.split(/\r\n(?![ \t])/).filter((field) => field.includes(':'))
}

const space = 32
const tab = 9
const cr = 13
const lf = 10
const roomBytes = 16 * 1024

/**
 * Hashes bodies as `relaxed` has them (RFC 6376 §3.4.4), in one pass and in constant memory: white space runs are one
 * space, none stands before a line end, and empty lines at the end do not count. Bodies have CRLF line ends.
 */
export function createBodyHasher(): (chunks: readonly Uint8Array[]) => string {
  const room = Buffer.allocUnsafe(roomBytes)
  return (chunks) => {
    const hash = createHash('sha256')
    let used = 0
    // What was read and may still turn out to be nothing.
    let lineEnds = 0
    let gap = false
    let afterCr = false
    let written = false
    const put = (octet: number) => {
      if (used === roomBytes) {
        hash.update(room)
        used = 0
      }
      room[used++] = octet
    }
    const putText = (octet: number) => {
      for (; lineEnds > 0; lineEnds--) {
        put(cr)
        put(lf)
      }
      if (gap) put(space)
      gap = false
      written = true
      put(octet)
    }
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at++) {
        const octet = chunk[at] as number
        if (afterCr) {
          afterCr = false
          if (octet === lf) {
            lineEnds++
            gap = false
            continue
          }
          putText(cr)
        }
        if (octet === space || octet === tab) gap = true
        else if (octet === cr) afterCr = true
        else putText(octet)
      }
    }
    if (afterCr) putText(cr)
    if (written) {
      put(cr)
      put(lf)
    }
    return hash.update(room.subarray(0, used)).digest('base64')
  }
}
