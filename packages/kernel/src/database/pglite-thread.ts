import { Worker } from 'node:worker_threads'
import type { PgliteAnswer, PgliteFailure, PgliteRequest } from './pglite-messages.ts'
import { databaseProblem, reasonOf } from './problems.ts'

/** The thread makes short-lived bytes only: room for more of them would be kept while it is idle, and gains no time. */
const resourceLimits = { maxYoungGenerationSizeMb: 4 }

interface Waiting {
  resolve(bytes: Uint8Array<ArrayBuffer> | undefined): void
  reject(error: unknown): void
}

/** One worker thread's life, from `open` until it is closed, killed or dead. It never comes back: the engine makes another. */
export class PgliteThread {
  /** Set by the stream that speaks to the session, so that the next one knows to reset it. */
  used = false
  /** Requests answered so far: the measure of how busy it was. */
  answered = 0
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  readonly #ended = Promise.withResolvers<unknown>()
  #lastId = 0
  readonly #onEnd: (reason: unknown) => void
  #over: unknown

  /** @param onEnd told at once when the thread ends, before those that wait are; it may still be dying */
  constructor(onEnd: (reason: unknown) => void = () => {}) {
    this.#onEnd = onEnd
    this.#worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), { execArgv: [], resourceLimits })
    this.#worker.unref()
    this.#worker.on('message', (answer: PgliteAnswer) => this.#settle(answer))
    this.#worker.on('error', (error) => this.end(databaseProblem('lost', { detail: { reason: reasonOf(error) } })))
    this.#worker.on('exit', () => this.end(databaseProblem('closed')))
  }

  /** Resolves with the reason once the thread is no more and its files are closed. */
  get ended(): Promise<unknown> {
    return this.#ended.promise
  }

  /** Asks and waits. Past `limitMs` the thread is killed and all that wait fail with `database.query_timeout`. */
  async ask(request: PgliteRequest, limitMs?: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#over !== undefined) throw this.#over
    const timer = limitMs === undefined ? undefined : setTimeout(() => this.#overrun(limitMs), limitMs)
    const id = ++this.#lastId
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array<ArrayBuffer> | undefined>()
    this.#waiting.set(id, { resolve, reject })
    // Only a question that waits keeps the process alive.
    this.#worker.ref()
    this.#worker.postMessage({ id, request }, request.ask === 'exchange' ? [request.bytes.buffer] : [])
    try {
      return await promise
    } finally {
      clearTimeout(timer)
    }
  }

  /** Ends the thread as a kill of the process would, failing all that wait with `reason`. */
  end(reason: unknown): void {
    if (this.#over !== undefined) return
    this.#over = reason
    this.#onEnd(reason)
    for (const { reject } of this.#waiting.values()) reject(reason)
    this.#waiting.clear()
    void this.#worker.terminate().then(() => this.#ended.resolve(reason))
  }

  #overrun(limitMs: number): void {
    this.end(databaseProblem('query_timeout', { detail: { limitMs } }))
  }

  #settle({ id, bytes, failure }: PgliteAnswer): void {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return
    this.#waiting.delete(id)
    this.answered++
    if (this.#waiting.size === 0) this.#worker.unref()
    if (failure) waiting.reject(revive(failure))
    else waiting.resolve(bytes)
  }
}

function revive({ message, fields }: PgliteFailure): Error {
  return Object.assign(new Error(message), fields)
}
