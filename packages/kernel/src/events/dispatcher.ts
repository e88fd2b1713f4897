import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { withContext } from '../context.ts'
import type { Database } from '../database.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { measure } from '../prometheus.ts'
import { traceIdOf } from '../trace.ts'
import type { EventsConfig } from './config.ts'
import {
  type Claim,
  claimDue,
  countDue,
  type EventsSchema,
  fanOut,
  firstTurn,
  giveBack,
  recordFailure,
  type Turn,
  takeAsDone,
} from './store.ts'
import type { Subscriptions } from './subscriptions.ts'

const fanOutLimit = 500
const claimLimit = 32
/** What is due and not idle is being handled by another process: no hurry to look again. */
const settleDelayMs = 10
const longestDelayMs = 15 * 60_000

/** Runs statements as the owner of the tables, in a transaction of its own. */
export type Owner = <T>(work: (db: Kysely<EventsSchema>) => Promise<T>) => Promise<T>

export interface DispatcherDeps {
  readonly db: Database<EventsSchema>
  readonly owner: Owner
  readonly subscriptions: Subscriptions
  readonly config: EventsConfig
  readonly log: Logger
  readonly metrics: Metrics
  /** Tells other processes, when the open transaction commits, that there may be something for their handlers. */
  readonly announce: () => Promise<void>
}

/** Moves events from the outbox to the inbox and from there to the handlers of this process. */
export class Dispatcher {
  readonly #deps: DispatcherDeps
  /** A wake-up may come from inside a transaction or a request; the work it starts belongs to neither. */
  readonly #outside = AsyncLocalStorage.snapshot()
  readonly #handling = new Set<Promise<void>>()
  #queue: Claim[] = []
  #claimedAt = 0
  #turn: Turn = firstTurn
  #pumping: Promise<void> | undefined
  #again = false
  #stopping = false

  constructor(deps: DispatcherDeps) {
    this.#deps = deps
  }

  /** Looks for work now; a call while it is looking makes it look once more. */
  wake(): void {
    this.#again = true
    this.#pumping ??= this.#outside(() => this.#pump()).finally(() => {
      this.#pumping = undefined
      if (this.#again && !this.#stopping) this.wake()
    })
  }

  /** Resolves when nothing that is due is left for the handlers of this process. */
  async settle(): Promise<void> {
    for (;;) {
      this.wake()
      await this.#idle()
      const due = await this.#deps.owner((db) => countDue(db, this.#deps.subscriptions.names()))
      if (due === 0 || this.#stopping) return
      await sleep(settleDelayMs)
    }
  }

  /** Takes nothing new, gives back what was not begun and waits for what was. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#pumping
    const unbegun = this.#queue.splice(0)
    await this.#deps.owner((db) => giveBack(db, unbegun))
    await Promise.allSettled(this.#handling)
  }

  async #idle(): Promise<void> {
    while (this.#pumping !== undefined || this.#handling.size > 0) {
      await this.#pumping
      await Promise.all(this.#handling)
    }
  }

  async #pump(): Promise<void> {
    try {
      do {
        // Before each set, so that what was published meanwhile takes its turn with what waits already.
        if (this.#again) {
          this.#again = false
          await this.#fanOutAll()
        }
        if (await this.#refill()) await this.#handleQueue()
        else if (!this.#again) return
      } while (!this.#stopping)
    } catch (error) {
      this.#deps.log.error({ err: error }, 'events could not be dispatched; trying again at the next wake-up')
    }
  }

  async #fanOutAll(): Promise<void> {
    const { owner, announce } = this.#deps
    let dispatched: number
    do {
      dispatched = await owner(async (db) => {
        const count = await fanOut(db, fanOutLimit)
        if (count > 0) await announce()
        return count
      })
    } while (dispatched === fanOutLimit && !this.#stopping)
  }

  /** Claims the next turns. Coming to the end of the round, it starts again at its beginning. */
  async #refill(): Promise<boolean> {
    if (this.#queue.length > 0) return true
    const { config, owner, subscriptions } = this.#deps
    const names = subscriptions.names()
    if (names.length === 0) return false
    const claim = (turn: Turn) =>
      owner((db) => claimDue(db, names, { turn, limit: claimLimit, leaseMs: config.leaseMs }))
    this.#queue = await claim(this.#turn)
    if (this.#queue.length === 0 && this.#turn !== firstTurn) this.#queue = await claim(firstTurn)
    this.#claimedAt = performance.now()
    this.#turn = this.#queue.at(-1) ?? firstTurn
    return this.#queue.length > 0
  }

  /** Begins everything claimed, no more than `concurrency` at a time. */
  async #handleQueue(): Promise<void> {
    const { config, db, owner } = this.#deps
    const concurrency = db.kind === 'pglite' ? 1 : config.concurrency
    while (!this.#stopping) {
      const claim = this.#queue.shift()
      if (claim === undefined) return
      // Half-way through the lease it is too late to begin: it could end before the handler does.
      if (performance.now() - this.#claimedAt > config.leaseMs / 2) {
        const unbegun = [claim, ...this.#queue.splice(0)]
        await owner((handle) => giveBack(handle, unbegun))
        return
      }
      const handling = this.#handle(claim).finally(() => this.#handling.delete(handling))
      this.#handling.add(handling)
      if (this.#handling.size >= concurrency) await Promise.race(this.#handling)
    }
  }

  async #handle(claim: Claim): Promise<void> {
    const operation = `event ${claim.subscription}`
    const fields = { requestId: claim.eventId, tenantId: claim.tenantId, traceId: traceIdOf(claim.trace), operation }
    await withContext(fields, async () => {
      try {
        await measure(this.#deps.metrics, 'event', claim.subscription, () => this.#try(claim), claim.trace)
      } catch (error) {
        await this.#fail(claim, error)
      }
    })
  }

  #try(claim: Claim): Promise<void> {
    return this.#deps.db.withTenant(claim.tenantId, async (trx) => {
      if (await takeAsDone(trx, claim)) await this.#deps.subscriptions.deliver(claim)
    })
  }

  async #fail(claim: Claim, error: unknown): Promise<void> {
    const { config, log, owner } = this.#deps
    const { subscription, eventId, attempt } = claim
    const dead = attempt >= config.attemptLimit
    const delayMs = delayBefore(attempt + 1, config.retryDelayMs)
    const fields = { subscription, eventId, attempt, err: error }
    if (dead) log.error(fields, 'an event failed for the last time and is now a dead letter')
    else log.warn({ ...fields, delayMs }, 'an event failed and will be tried again')
    const reason = error instanceof Error ? error.message : String(error)
    try {
      await owner((db) => recordFailure(db, claim, { error: reason, delayMs, dead }))
    } catch (cause) {
      log.error(
        { subscription, eventId, err: cause },
        'a failed event could not be marked; it returns when its lease ends',
      )
    }
  }
}

/** Doubles with each try, up to a quarter of an hour, and spreads over its second half. */
function delayBefore(attempt: number, baseMs: number): number {
  const full = Math.min(longestDelayMs, baseMs * 2 ** (attempt - 2))
  return Math.round(full / 2 + (Math.random() * full) / 2)
}
