import { isIP, connect as openSocket, type Socket } from 'node:net'
import { connect as openTls } from 'node:tls'
import { type Reply, ReplyReader } from './replies.ts'

export interface WireTimeouts {
  /** Silence of a server before it is given up. */
  readonly replyTimeoutMs: number
  /** From the last thing said to its answer, however slowly that drips in. */
  readonly messageTimeoutMs: number
}

interface Waiting {
  resolve(reply: Reply): void
  reject(error: Error): void
}

const outBytes = 16 * 1_024
const empty = Buffer.alloc(0)

/** A socket as commands and replies: what is written is answered in order, and a loss answers everything still open. */
export class Wire {
  #socket: Socket
  #reader = new ReplyReader()
  #waiting: Waiting[] = []
  #failure: Error | undefined
  #out = empty
  readonly #timers: readonly NodeJS.Timeout[]

  constructor(socket: Socket, { replyTimeoutMs, messageTimeoutMs }: WireTimeouts) {
    this.#socket = socket
    this.#listen(socket)
    this.#timers = [this.#watch(replyTimeoutMs), this.#watch(messageTimeoutMs)]
  }

  /** Why it is of no use any more, or undefined while it is. */
  get failure(): Error | undefined {
    return this.#failure
  }

  get isEncrypted(): boolean {
    return 'encrypted' in this.#socket
  }

  write(text: string): void {
    if (this.#failure !== undefined) return
    for (const timer of this.#timers) timer.refresh()
    this.#socket.write(text)
  }

  /** A content and what is said after it, in one write: they travel in the same packets. */
  writeContent(content: Buffer, after: string): void {
    if (this.#failure !== undefined) return
    for (const timer of this.#timers) timer.refresh()
    const most = content.length + Buffer.byteLength(after)
    if (this.#out.length < most) this.#out = Buffer.allocUnsafeSlow(Math.max(most, outBytes))
    content.copy(this.#out)
    const length = content.length + this.#out.write(after, content.length)
    this.#socket.write(this.#out.subarray(0, length))
    // The system has not copied all of it yet, so it must stay as it is.
    if (this.#socket.writableLength > 0) this.#out = empty
  }

  /** The reply to the next thing that has none yet. Rejects when the connection is lost. */
  next(): Promise<Reply> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  exchange(line: string): Promise<Reply> {
    this.write(`${line}\r\n`)
    return this.next()
  }

  /** Goes on encrypted. What came in clear behind the last reply is dropped with its reader (RFC 3207 §6). */
  async encrypt(host: string, verify: boolean): Promise<void> {
    // Lost before it began, nothing would ever answer what waits from here on.
    if (this.#failure !== undefined) throw this.#failure
    const plain = this.#socket
    plain.removeAllListeners()
    plain.on('error', () => {})
    this.#reader = new ReplyReader()
    const socket = openTls({ socket: plain, rejectUnauthorized: verify, ...serverName(host) })
    this.#socket = socket
    this.#listen(socket)
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ resolve: () => reject(new Error('The server spoke before TLS was ready')), reject })
      socket.once('secureConnect', () => {
        this.#waiting.shift()
        resolve()
      })
    })
  }

  fail(error: Error): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    const waiting = this.#waiting
    this.#waiting = []
    for (const { reject } of waiting) reject(error)
    for (const timer of this.#timers) clearTimeout(timer)
    this.#socket.destroy()
  }

  /** Says a last word and leaves. */
  leave(word: string): void {
    if (this.#failure !== undefined) return
    this.#failure = new Error('The connection was closed')
    for (const timer of this.#timers) clearTimeout(timer)
    const socket = this.#socket
    socket.end(word)
    setTimeout(() => socket.destroy(), 1_000).unref()
  }

  /** A silent connection that nothing is expected of is idle, not stuck. */
  #watch(timeoutMs: number): NodeJS.Timeout {
    const giveUp = () => {
      if (this.#waiting.length > 0) this.fail(new Error(`No answer within ${timeoutMs} ms`))
    }
    return setTimeout(giveUp, timeoutMs).unref()
  }

  #listen(socket: Socket): void {
    const closed = () => this.fail(new Error('The server closed the connection'))
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('error', (error) => this.fail(error))
    socket.on('end', closed)
    socket.on('close', closed)
  }

  #take(chunk: Buffer): void {
    this.#timers[0]?.refresh()
    try {
      for (const reply of this.#reader.push(chunk)) {
        const waiting = this.#waiting.shift()
        // Unasked, it says good-bye.
        if (waiting === undefined) this.fail(new Error(reply.text))
        else waiting.resolve(reply)
      }
    } catch (error) {
      this.fail(error as Error)
    }
  }
}

/** @param tls whether it is encrypted from the first byte */
export function openWire(where: { host: string; address: string; port: number; tls: boolean }, timeouts: WireTimeouts) {
  const { host, address, port, tls } = where
  const socket = tls
    ? openTls({ host: address, port, ...serverName(host) })
    : openSocket({ host: address, port, noDelay: true })
  return new Wire(socket, timeouts)
}

function serverName(host: string): { servername?: string } {
  return isIP(host) ? {} : { servername: host }
}

export function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: every octet below 128 is meant
  return /^[\x00-\x7f]*$/.test(text)
}
