import { Terminator } from './terminator.ts'

/** A message the sink has said 250 to. */
export interface AcceptedMessage {
  readonly recipients: readonly string[]
  /** As it came, dots still doubled; undefined unless contents are asked for. */
  readonly content: Buffer | undefined
  readonly bytes: number
}

/** What a conversation needs of the connection and the sink. */
export interface Wire {
  /** False when the connection is gone. */
  write(text: string): boolean
  end(): void
  readonly keepsContent: boolean
  /** How long the answer to a message has to wait. */
  waitMs(): number
  accept(message: AcceptedMessage): void
}

const longestLine = 2_048
const mostRecipients = 1_000
const sizeLimit = 52_428_800
export const greeting = '220 sink.example ESMTP\r\n'
const extensions = [
  'sink.example',
  'PIPELINING',
  `SIZE ${sizeLimit}`,
  'ENHANCEDSTATUSCODES',
  '8BITMIME',
  'SMTPUTF8',
] as const
const ehloReply = extensions.map((line, at) => `250${at < extensions.length - 1 ? '-' : ' '}${line}\r\n`).join('')

/** Verbs as a number that is compared in one step: four bytes, made lower case. */
const verb = Object.fromEntries(
  ['ehlo', 'helo', 'mail', 'rcpt', 'data', 'rset', 'noop', 'quit', 'vrfy'].map((word) => [
    word,
    Buffer.from(word).readUInt32BE(),
  ]),
)
const lowerCase = 0x20202020
const [lineFeed, less, greater] = [10, 60, 62]

/**
 * One SMTP conversation (RFC 5321, RFC 2920) that accepts everything well-formed. Replies to all that came in one chunk
 * leave in one write; a message counts once its 250 has been written.
 */
export class Conversation {
  readonly #wire: Wire
  readonly #terminator = new Terminator()
  #inContent = false
  #greeted = false
  #hasSender = false
  #recipients: string[] = []
  #bytes = 0
  #parts: Buffer[] = []
  /** The beginning of a command whose end has not come yet. */
  #begun: Buffer | undefined
  #replies = ''
  #answered: AcceptedMessage[] = []
  /** What came while an answer is held back. */
  #waiting: Buffer[] | undefined
  #over = false

  constructor(wire: Wire) {
    this.#wire = wire
  }

  take(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length && !this.#over) {
      if (this.#waiting !== undefined) {
        this.#waiting.push(chunk.subarray(at))
        break
      }
      at = this.#inContent ? this.#takeContent(chunk, at) : this.#takeLine(chunk, at)
    }
    this.#flush()
  }

  #takeContent(chunk: Buffer, at: number): number {
    const end = this.#terminator.findEnd(chunk, at)
    const next = end < 0 ? chunk.length : end
    this.#bytes += next - at
    if (this.#wire.keepsContent) this.#parts.push(chunk.subarray(at, next))
    if (end >= 0) this.#endMessage()
    return next
  }

  #endMessage(): void {
    const parts = this.#parts
    const dotLine = 3
    const message = {
      recipients: this.#recipients,
      content: this.#wire.keepsContent ? Buffer.concat(parts).subarray(0, -dotLine) : undefined,
      bytes: this.#bytes - dotLine,
    }
    this.#inContent = false
    this.#reset()
    const waitMs = this.#wire.waitMs()
    if (waitMs > 0) {
      this.#waiting = []
      setTimeout(() => this.#resume(message), waitMs)
    } else this.#answer(message)
  }

  #answer(message: AcceptedMessage): void {
    this.#answered.push(message)
    this.#replies += '250 2.0.0 Ok: taken\r\n'
  }

  #resume(message: AcceptedMessage): void {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    this.#answer(message)
    this.#flush()
    for (const chunk of waiting) this.take(chunk)
  }

  #flush(): void {
    if (this.#replies === '') return
    const written = this.#wire.write(this.#replies)
    this.#replies = ''
    for (const message of this.#answered) if (written) this.#wire.accept(message)
    this.#answered.length = 0
    if (this.#over) this.#wire.end()
  }

  #takeLine(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(lineFeed, at)
    const piece = end < 0 ? chunk.length : end + 1
    if (this.#begun === undefined && end >= 0) this.#replies += this.#replyTo(chunk, at, end)
    else {
      const line = Buffer.concat([this.#begun ?? Buffer.alloc(0), chunk.subarray(at, piece)])
      this.#begun = end < 0 ? line : undefined
      if (end >= 0) this.#replies += this.#replyTo(line, 0, line.length - 1)
      else if (line.length > longestLine) this.#replies += this.#endWith('500 5.5.2 Line too long\r\n')
    }
    return piece
  }

  #replyTo(line: Buffer, start: number, end: number): string {
    switch (end - start < 4 ? 0 : (line.readUInt32BE(start) | lowerCase) >>> 0) {
      case verb.mail:
        return this.#mail(line, start, end)
      case verb.rcpt:
        return this.#rcpt(line, start, end)
      case verb.data:
        return this.#data()
      case verb.ehlo:
      case verb.helo:
        this.#greeted = true
        this.#reset()
        return (line[start + 1]! | 0x20) === 0x68 ? ehloReply : '250 sink.example\r\n'
      case verb.rset:
        this.#reset()
        return '250 2.0.0 Ok\r\n'
      case verb.noop:
        return '250 2.0.0 Ok\r\n'
      case verb.vrfy:
        return '252 2.1.5 Cannot say\r\n'
      case verb.quit:
        return this.#endWith('221 2.0.0 Bye\r\n')
      default:
        return '500 5.5.1 Command not known\r\n'
    }
  }

  #mail(line: Buffer, start: number, end: number): string {
    if (!this.#greeted) return '503 5.5.1 Say hello first\r\n'
    if (this.#hasSender) return '503 5.5.1 The sender is known already\r\n'
    const close = endOfPath(line, start, end)
    if (close < 0) return '501 5.5.4 Syntax: MAIL FROM:<address>\r\n'
    // Parameters are rare enough, and short enough, to be read as text.
    const size = end - close > 2 ? /\bSIZE=(\d+)/i.exec(line.toString('latin1', close, end))?.[1] : undefined
    if (Number(size ?? 0) > sizeLimit) return '552 5.3.4 The message is too large\r\n'
    this.#hasSender = true
    return '250 2.1.0 Ok\r\n'
  }

  #rcpt(line: Buffer, start: number, end: number): string {
    if (!this.#hasSender) return '503 5.5.1 Name the sender first\r\n'
    const close = endOfPath(line, start, end)
    const open = close < 0 ? -1 : line.indexOf(less, start)
    if (close - open < 2) return '501 5.1.3 Syntax: RCPT TO:<address>\r\n'
    if (this.#recipients.length === mostRecipients) return '452 4.5.3 Too many recipients\r\n'
    this.#recipients.push(line.toString('utf8', open + 1, close))
    return '250 2.1.5 Ok\r\n'
  }

  #data(): string {
    // A client that pipelines sends DATA before it knows that everybody was refused (RFC 2920 §3.1).
    if (this.#recipients.length === 0) return '554 5.5.1 No valid recipients\r\n'
    this.#inContent = true
    this.#terminator.begin()
    return '354 Go on; end with a dot alone\r\n'
  }

  #reset(): void {
    this.#hasSender = false
    this.#recipients = []
    this.#parts = []
    this.#bytes = 0
  }

  #endWith(reply: string): string {
    this.#over = true
    return reply
  }
}

/** Where the `>` of a path is, or -1 when there is no path in the line. */
function endOfPath(line: Buffer, start: number, end: number): number {
  const open = line.indexOf(less, start)
  if (open < 0 || open > end) return -1
  const close = line.indexOf(greater, open)
  return close < 0 || close > end ? -1 : close
}
