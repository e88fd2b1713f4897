import { Duplex } from 'node:stream'
import { isProblem } from '../problems.ts'
import type { PgliteThread } from './pglite-thread.ts'
import { databaseProblem, reasonOf } from './problems.ts'

const query = 0x51
const sync = 0x53
const terminate = 0x58

/**
 * The embedded database as a socket, for pg's client: it frames the client's messages, hands each batch that asks for an
 * answer to the thread and gives back the bytes. The same driver then serves both databases: same values, same errors.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export class PgliteStream extends Duplex {
  readonly #findThread: () => Promise<PgliteThread>
  readonly #defaultLimitMs: number
  #limitMs: number | undefined
  #thread: PgliteThread | undefined
  #pending: Buffer = Buffer.alloc(0)
  #greeted = false

  constructor(findThread: () => Promise<PgliteThread>, limitMs: number) {
    super()
    this.#findThread = findThread
    this.#defaultLimitMs = limitMs
    this.#limitMs = limitMs
  }

  get thread(): PgliteThread {
    if (this.#thread === undefined) throw databaseProblem('closed')
    return this.#thread
  }

  /** The limit of each query; lifted until the transaction ends. */
  get limitMs(): number | undefined {
    return this.#limitMs
  }
  liftLimit(): void {
    this.#limitMs = undefined
  }

  connect(): this {
    this.#findThread().then(
      (thread) => {
        this.#thread = thread
        void thread.ended.then((reason) => this.destroy(reason as Error))
        this.emit('connect')
      },
      (error: Error) => this.destroy(error),
    )
    return this
  }
  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#take([chunk], done)
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error) => void): void {
    this.#take(
      chunks.map(({ chunk }) => chunk),
      done,
    )
  }

  override _final(done: (error?: Error) => void): void {
    this.push(null)
    done()
  }

  #take(chunks: Buffer[], done: (error?: Error) => void): void {
    this.#pending =
      this.#pending.length === 0 && chunks.length === 1 ? chunks[0]! : Buffer.concat([this.#pending, ...chunks])
    if (!this.#greeted) this.#greet()
    const end = endOfBatch(this.#pending)
    if (end > 0) {
      const batch = new Uint8Array(end)
      batch.set(this.#pending.subarray(0, end))
      this.#pending = this.#pending.subarray(end)
      void this.#exchange(batch)
    }
    done()
  }

  /** Answers the startup message, which the thread never sees: its one session is open already. */
  #greet(): void {
    if (this.#pending.length < 4 || this.#pending.length < this.#pending.readUInt32BE(0)) return
    this.#pending = this.#pending.subarray(this.#pending.readUInt32BE(0))
    this.#greeted = true
    const welcome = Buffer.from([
      ...[0x52, 0, 0, 0, 8, 0, 0, 0, 0], // AuthenticationOk
      ...[0x4b, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0], // BackendKeyData
      ...[0x5a, 0, 0, 0, 5, 0x49], // ReadyForQuery, idle
    ])
    const reset = this.thread.used
      ? this.thread.ask({ ask: 'exchange', bytes: simpleQueries(['rollback', 'discard all']) })
      : Promise.resolve()
    this.thread.used = true
    reset.then(
      () => this.push(welcome),
      (error: Error) => this.destroy(error),
    )
  }

  async #exchange(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      const answer = await this.thread.ask({ ask: 'exchange', bytes }, this.#limitMs)
      if (answer === undefined || this.destroyed) return
      // The last message is ReadyForQuery; its byte says whether a transaction is open.
      if (answer.at(-1) === 0x49) this.#limitMs = this.#defaultLimitMs
      this.push(Buffer.from(answer.buffer))
    } catch (error) {
      // A query's failure is among the bytes: what is thrown is the end of the database program itself.
      const reason = isProblem(error)
        ? error
        : databaseProblem('lost', { detail: { reason: reasonOf(error) }, cause: error })
      this.thread.end(reason)
      this.destroy(reason)
    }
  }
}

/** Where the last message that asks for an answer ends, or 0. */
function endOfBatch(bytes: Buffer): number {
  let end = 0
  for (let at = 0; at + 5 <= bytes.length; ) {
    const kind = bytes[at]
    at += 1 + bytes.readUInt32BE(at + 1)
    if (at > bytes.length || kind === terminate) break
    if (kind === query || kind === sync) end = at
  }
  return end
}

function simpleQueries(texts: readonly string[]): Uint8Array<ArrayBuffer> {
  const messages = texts.map((text) => {
    const message = Buffer.alloc(text.length + 6)
    message[0] = query
    message.writeUInt32BE(text.length + 5, 1)
    message.write(text, 5, 'latin1')
    return message
  })
  return new Uint8Array(Buffer.concat(messages))
}
