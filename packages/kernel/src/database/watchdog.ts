import type { Logger } from '../log.ts'

const patienceMs = 10_000
const lookEveryMs = 1_000

interface Watched {
  readonly since: number
  readonly caller: () => string
  told: boolean
}

/** Says who holds a transaction for too long, and who waits for a connection in vain meanwhile. */
export class Watchdog {
  readonly #log: Logger
  readonly #open = new Set<Watched>()
  readonly #waiting = new Set<Watched>()
  readonly #timer: NodeJS.Timeout

  constructor(log: Logger) {
    this.#log = log
    this.#timer = setInterval(() => this.look(performance.now()), lookEveryMs).unref()
  }

  /** Watches an open transaction until the returned function is called. */
  watchOpen(caller: () => string): () => void {
    return watch(this.#open, caller)
  }

  /** Watches the wait for a connection until the returned function is called. */
  watchWait(caller: () => string): () => void {
    return watch(this.#waiting, caller)
  }

  /** Who holds a connection now, longest first. */
  holders(): { caller: string; heldMs: number }[] {
    const now = performance.now()
    return [...this.#open].map(({ caller, since }) => ({ caller: caller(), heldMs: Math.round(now - since) }))
  }

  /** Tells once of each that has been at it for too long at `now` (of `performance.now()`). */
  look(now: number): void {
    for (const watched of overdue(this.#open, now)) {
      const fields = { caller: watched.caller(), openMs: Math.round(now - watched.since) }
      this.#log.warn(fields, 'a transaction is open for long; others may be waiting for its connection')
    }
    for (const watched of overdue(this.#waiting, now)) {
      const fields = { caller: watched.caller(), waitMs: Math.round(now - watched.since), holders: this.holders() }
      this.#log.warn(fields, 'work waits long for a connection; the holders are named')
    }
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

function watch(set: Set<Watched>, caller: () => string): () => void {
  const watched = { since: performance.now(), caller, told: false }
  set.add(watched)
  return () => void set.delete(watched)
}

function overdue(set: ReadonlySet<Watched>, now: number): Watched[] {
  const late = [...set].filter(({ since, told }) => !told && now - since > patienceMs)
  for (const watched of late) watched.told = true
  return late
}
