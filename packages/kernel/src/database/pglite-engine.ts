import { EventEmitter } from 'node:events'
import { join, resolve } from 'node:path'
import pg, { type PoolClient } from 'pg'
import type { Engine } from './engine.ts'
import { lockFolder } from './folder-lock.ts'
import { PgliteStream } from './pglite-stream.ts'
import { PgliteThread } from './pglite-thread.ts'
import { databaseProblem, reasonOf } from './problems.ts'
import { valueTypes } from './values.ts'

export interface PgliteOptions {
  /** The folder that holds `database`, or `memory://`. */
  readonly dataDir: string
  /** An archive that a database which does not exist yet starts from. */
  readonly seed?: string | undefined
  readonly statementTimeoutMs: number
  /** Told when the thread died and another takes over. */
  onReopen?(reason: unknown): void
}

/** The most that one `copy` statement is given: the thread holds it in memory twice. */
const pieceBytes = 4 * 1024 * 1024

/**
 * The embedded database: a thread that is replaced when it dies, and a pool of the one connection there is. The pool's
 * queue is first come, first served.
 */
export class PgliteEngine implements Engine {
  readonly kind = 'pglite'
  readonly pool: pg.Pool
  readonly statementTimeoutMs: number
  readonly keepsStatements = true
  readonly begin = 'begin'
  readonly #options: PgliteOptions
  readonly #heard = new EventEmitter().setMaxListeners(0)
  /** The thread that serves now or is being opened; none after an opening failed, so that the next who asks tries again. */
  #thread: Promise<PgliteThread> | undefined
  #answering: PgliteThread | undefined
  #unlock: () => Promise<void>
  #closed = false

  private constructor(options: PgliteOptions, unlock: () => Promise<void>) {
    this.#options = options
    this.statementTimeoutMs = options.statementTimeoutMs
    this.#unlock = unlock
    this.pool = new pg.Pool({
      max: 1,
      idleTimeoutMillis: 0,
      ssl: false,
      user: 'postgres',
      types: valueTypes as pg.CustomTypesConfig,
      stream: () => new PgliteStream(() => this.#findThread(), options.statementTimeoutMs) as never,
    })
    // The client that fails in the pool's hands is dropped by it; the engine has told of the thread's end already.
    this.pool.on('error', () => {})
  }

  static async open(options: PgliteOptions): Promise<PgliteEngine> {
    const inMemory = options.dataDir === 'memory://'
    const engine = new PgliteEngine(options, inMemory ? async () => {} : await lockFolder(options.dataDir))
    try {
      await engine.#findThread()
      return engine
    } catch (error) {
      await engine.close()
      throw error
    }
  }

  /** Requests the present thread has answered: grows with every query. */
  get activity(): number {
    return this.#answering?.answered ?? 0
  }

  async liftTimeout(client: PoolClient): Promise<void> {
    streamOf(client).liftLimit()
  }

  async copyIn(client: PoolClient, statement: string, chunks: AsyncIterable<Uint8Array>, options: string) {
    const { thread, limitMs } = streamOf(client)
    const text = `copy ${statement} from '/dev/blob' with (${options})`
    // Only a superuser may copy from a file; `assertCopyable` has held the caller to what its own role may write.
    await client.query('set local role none')
    for await (const bytes of piecesOf(chunks)) await thread.ask({ ask: 'copy', text, bytes }, limitMs)
  }

  async listen(channel: string, hear: (payload: string) => void): Promise<() => Promise<void>> {
    this.#heard.on(channel, hear)
    return async () => void this.#heard.off(channel, hear)
  }

  async notify(channel: string, payload: string): Promise<void> {
    this.#heard.emit(channel, payload)
  }

  async backup(file: string): Promise<void> {
    const client = await this.pool.connect()
    try {
      await streamOf(client).thread.ask({ ask: 'archive', file: resolve(file) })
    } finally {
      client.release()
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.pool.end()
    const thread = await this.#thread?.catch(() => undefined)
    await thread?.ask({ ask: 'close' }).catch(() => {})
    thread?.end(databaseProblem('closed'))
    await thread?.ended
    await this.#unlock()
  }

  #findThread(): Promise<PgliteThread> {
    this.#thread ??= this.#openThread()
    return this.#thread
  }

  async #openThread(previous?: PgliteThread): Promise<PgliteThread> {
    // Two threads on one folder would spoil it: the files of the last one must be closed.
    await previous?.ended
    const { dataDir, seed } = this.#options
    const folder = dataDir === 'memory://' ? undefined : join(resolve(dataDir), 'database')
    const thread = new PgliteThread((reason) => this.#replace(thread, reason))
    try {
      await thread.ask({ ask: 'open', folder, archive: seed && resolve(seed) })
    } catch (error) {
      this.#thread = undefined
      thread.end(error)
      throw databaseProblem('unopened', {
        detail: { folder: folder ?? 'memory', reason: reasonOf(error) },
        cause: error,
      })
    }
    this.#answering = thread
    return thread
  }

  /** What is in a folder is opened again; what was in memory is gone and says so. */
  #replace(dead: PgliteThread, reason: unknown): void {
    if (this.#closed || dead !== this.#answering) return
    this.#options.onReopen?.(reason)
    this.#thread = this.#options.dataDir === 'memory://' ? Promise.reject(reason) : this.#openThread(dead)
    this.#thread.catch(() => {})
  }
}

function streamOf(client: PoolClient): PgliteStream {
  // pg types its client's connection, but not that the stream is the one it was made with.
  return (client as unknown as { connection: { stream: PgliteStream } }).connection.stream
}

/** Joins chunks, each of which ends at the end of a row, into pieces of bounded size that do too. */
async function* piecesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let held: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    if (size > 0 && size + chunk.byteLength > pieceBytes) {
      yield new Uint8Array(Buffer.concat(held))
      held = []
      size = 0
    }
    held.push(chunk)
    size += chunk.byteLength
  }
  if (size > 0) yield new Uint8Array(Buffer.concat(held))
}
