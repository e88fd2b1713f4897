/** One open line to a page, whatever carries it. */
export interface Connection {
  /** Shows that the line is alive; called every `heartbeatMs`. */
  beat(now: number): void
  /** Ends it because the process stops. */
  end(): void
}

const heartbeatMs = 20_000
/** A line is closed after this, so that a credential that was taken away is asked for again. */
export const maxAgeMs = 60 * 60_000
/** What may wait for a slow page before it is dropped; it connects anew and reads again. */
export const maxWaitingBytes = 1_048_576

/** All open lines of this process. */
export class Connections {
  readonly #open = new Set<Connection>()
  readonly #timer = setInterval(() => this.#beat(), heartbeatMs).unref()

  get size(): number {
    return this.#open.size
  }

  add(connection: Connection): void {
    this.#open.add(connection)
  }

  delete(connection: Connection): void {
    this.#open.delete(connection)
  }

  #beat(): void {
    const now = Date.now()
    for (const connection of this.#open) connection.beat(now)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    for (const connection of [...this.#open]) connection.end()
  }
}
