const marker = Buffer.from('\r\n.\r\n')

/**
 * Where the content of a message ends in a stream of chunks: after the line that is a dot alone (RFC 5321 §4.1.1.4). Looks
 * with the native search and remembers between chunks only how much of the end it has seen.
 */
export class Terminator {
  /** How much of the marker the bytes so far end with. */
  #seen = 0

  /** A new content begins; the line end of its DATA command counts, so that a message may be empty. */
  begin(): void {
    this.#seen = 2
  }

  /** The place after the final dot's line, or -1 when the chunk, read from `from`, does not reach it. */
  findEnd(chunk: Buffer, from: number): number {
    let at = from
    while (this.#seen > 0 && at < chunk.length) {
      if (chunk[at] === marker[this.#seen]) {
        at += 1
        this.#seen += 1
        if (this.#seen === marker.length) return at
      } else if (chunk[at] === marker[0]) {
        at += 1
        this.#seen = 1
      } else this.#seen = 0
    }
    if (at === chunk.length) return -1
    const found = chunk.indexOf(marker, at)
    if (found >= 0) return found + marker.length
    this.#seen = endsWith(chunk, at)
    return -1
  }
}

/** How many bytes of the marker's beginning the chunk ends with, of those from `from` on. */
function endsWith(chunk: Buffer, from: number): number {
  for (let length = Math.min(4, chunk.length - from); length > 0; length--) {
    if (marker.compare(chunk, chunk.length - length, chunk.length, 0, length) === 0) return length
  }
  return 0
}
