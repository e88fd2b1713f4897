import { isIP, connect as openSocket, type Socket } from 'node:net'
import { connect as openTls } from 'node:tls'
import type { MailboxTarget, RemoteTimeouts } from './remote.ts'

const longestLine = 64 * 1024

/** A socket as POP3 commands and answers, one at a time (RFC 1939 §3). */
export class Pop3Wire {
  #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #failure: Error | undefined
  #wake: () => void = () => {}

  constructor(socket: Socket, timeoutMs: number) {
    this.#socket = socket
    this.#listen(socket, timeoutMs)
  }

  static async open(target: MailboxTarget, timeouts: RemoteTimeouts): Promise<Pop3Wire> {
    const { address: host, port } = target
    const socket =
      target.tls === 'implicit' ? openTls({ host, port, ...serverName(target.host) }) : openSocket({ host, port })
    const wire = new Pop3Wire(socket, timeouts.replyTimeoutMs)
    const late = setTimeout(
      () => wire.#fail(new Error(`No greeting within ${timeouts.connectTimeoutMs} ms`)),
      timeouts.connectTimeoutMs,
    )
    try {
      await wire.#answer()
      return wire
    } catch (error) {
      wire.close()
      throw error
    } finally {
      clearTimeout(late)
    }
  }

  get isLost(): boolean {
    return this.#failure !== undefined
  }

  /** The words behind `+OK`; an error with those behind `-ERR`. */
  async ask(command: string): Promise<string> {
    if (this.#failure !== undefined) throw this.#failure
    this.#socket.write(`${command}\r\n`)
    return this.#answer()
  }

  /** An answer of several lines, at most so many. */
  async askLines(command: string, most: number): Promise<string[]> {
    await this.ask(command)
    const lines: string[] = []
    for (;;) {
      const line = (await this.#line()).toString('latin1')
      if (line === '.') return lines
      if (lines.length >= most) throw this.#fail(new Error(`The mailbox holds more than ${most} messages`))
      lines.push(line)
    }
  }

  /** A message without the dots that protect its lines; what is longer is read to its end and let go. */
  async askContent(command: string, mostBytes: number): Promise<Buffer> {
    await this.ask(command)
    const pieces: Buffer[] = []
    let bytes = 0
    for (;;) {
      const line = await this.#line()
      const isDotted = line[0] === 0x2e
      if (isDotted && line.length === 1) return Buffer.concat(pieces)
      if (bytes >= mostBytes) continue
      const piece = isDotted ? line.subarray(1) : line
      pieces.push(piece, newLine)
      bytes += piece.length + newLine.length
    }
  }

  async encrypt(host: string): Promise<void> {
    const plain = this.#socket
    plain.removeAllListeners()
    // What came in clear behind the answer is not to be believed.
    this.#received = Buffer.alloc(0)
    const socket = openTls({ socket: plain, ...serverName(host) })
    this.#socket = socket
    this.#listen(socket, plain.timeout ?? 0)
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve)
      socket.once('error', reject)
      socket.once('close', () => reject(new Error('The server closed the connection')))
    })
  }

  close(): void {
    this.#fail(new Error('The connection was closed'))
  }

  async #answer(): Promise<string> {
    const line = (await this.#line()).toString('utf8')
    if (line.startsWith('+OK')) return line.slice(3).trim()
    if (line.startsWith('-ERR')) throw new Error(line.slice(4).trim() || 'The server refused it')
    throw this.#fail(new Error(`The server does not speak POP3: ${line.slice(0, 100)}`))
  }

  async #line(): Promise<Buffer> {
    for (;;) {
      const end = this.#received.indexOf(0x0a)
      if (end >= 0) {
        const line = this.#received.subarray(0, end > 0 && this.#received[end - 1] === 0x0d ? end - 1 : end)
        this.#received = this.#received.subarray(end + 1)
        return line
      }
      if (this.#failure !== undefined) throw this.#failure
      if (this.#received.length > longestLine) throw this.#fail(new Error('The server sent an endless line'))
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  #listen(socket: Socket, timeoutMs: number): void {
    socket.setTimeout(timeoutMs, () => this.#fail(new Error(`No answer within ${timeoutMs} ms`)))
    socket.on('data', (chunk: Buffer) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
      this.#wake()
    })
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('The server closed the connection')))
  }

  #fail(error: Error): Error {
    this.#failure ??= error
    this.#socket.destroy()
    this.#wake()
    return this.#failure
  }
}

const newLine = Buffer.from('\r\n')

function serverName(host: string): { servername?: string } {
  return isIP(host) ? {} : { servername: host }
}
