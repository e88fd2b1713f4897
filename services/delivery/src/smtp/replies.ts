/** One reply of a server (RFC 5321 §4.2). */
export interface Reply {
  readonly code: number
  /** Code and all lines as one text. */
  readonly text: string
  /** Without their codes. */
  readonly lines: readonly string[]
}

/** No server has this much to say; one that does is not speaking SMTP. */
const longest = 64 * 1_024

/** Puts replies together from the pieces they arrive in. */
export class ReplyReader {
  #rest = ''
  #lines: string[] = []

  /** The replies that these bytes complete. Throws when they are no reply. */
  push(chunk: Buffer): Reply[] {
    // Bytes as they are: a server may break a line in the middle of a character.
    this.#rest += chunk.toString('latin1')
    const replies: Reply[] = []
    let from = 0
    for (let end = this.#rest.indexOf('\n'); end >= 0; end = this.#rest.indexOf('\n', from)) {
      const line = this.#rest.slice(from, this.#rest[end - 1] === '\r' ? end - 1 : end)
      from = end + 1
      const reply = this.#take(line)
      if (reply) replies.push(reply)
    }
    this.#rest = this.#rest.slice(from)
    if (this.#rest.length > longest || this.#lines.length > 1_000) throw new Error('The server does not speak SMTP')
    return replies
  }

  #take(line: string): Reply | undefined {
    if (!/^[2-5]\d\d([ -]|$)/.test(line)) {
      throw new Error(`The server does not speak SMTP: ${textOf(line).slice(0, 100)}`)
    }
    this.#lines.push(line)
    if (line[3] === '-') return undefined
    const lines = this.#lines
    this.#lines = []
    const texts = lines.map((each) => textOf(each.slice(4)))
    return { code: Number(line.slice(0, 3)), text: `${line.slice(0, 3)} ${texts.join(' ')}`.trim(), lines: texts }
  }
}

/** Servers that are asked for it answer in UTF-8 (RFC 6531 §3.7.4); what is not UTF-8 is shown as it can be. */
function textOf(bytes: string): string {
  return /^[\x20-\x7e]*$/.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8')
}
