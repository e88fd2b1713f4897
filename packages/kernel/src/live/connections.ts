import type { LineOwner } from '../live.ts'
import type { WorkspaceCaller } from '../route.ts'

/** One open line to a page, whatever carries it. */
export interface Connection {
  /** Shows that the line is alive; called every `heartbeatMs`. */
  beat(now: number): void
  /** Ends it because the process stops. */
  end(): void
  /** Ends it because its credential has ended or changed. */
  endForGood(): void
}

const heartbeatMs = 20_000
/** A line is closed after this, so that a credential that was taken away is asked for again. */
export const maxAgeMs = 60 * 60_000
/** What may wait for a slow page before it is dropped; it connects anew and reads again. */
export const maxWaitingBytes = 1_048_576

/** All open lines of this process. */
export class Connections {
  readonly #open = new Map<Connection, WorkspaceCaller>()
  readonly #timer = setInterval(() => this.#beat(), heartbeatMs).unref()

  get size(): number {
    return this.#open.size
  }

  add(connection: Connection, caller: WorkspaceCaller): void {
    this.#open.set(connection, caller)
  }

  delete(connection: Connection): void {
    this.#open.delete(connection)
  }

  endLines(whose: LineOwner): void {
    for (const [connection, caller] of [...this.#open]) if (isOf(caller, whose)) connection.endForGood()
  }

  #beat(): void {
    const now = Date.now()
    for (const connection of this.#open.keys()) connection.beat(now)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    for (const connection of [...this.#open.keys()]) connection.end()
  }
}

function isOf({ sessionId, keyId, tenantId, userId }: WorkspaceCaller, whose: LineOwner): boolean {
  if ('sessionIds' in whose) return sessionId !== undefined && whose.sessionIds.includes(sessionId)
  if ('keyId' in whose) return keyId === whose.keyId
  return tenantId === whose.tenantId && (whose.userId === undefined || userId === whose.userId)
}
