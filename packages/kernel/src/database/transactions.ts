import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Transaction } from 'kysely'
import type { PoolClient } from 'pg'
import type { Logger } from '../log.ts'
import { rememberCaller } from './caller.ts'
import type { Engine } from './engine.ts'
import { kyselyOn } from './kysely-handle.ts'
import { databaseProblem, sqlStateOf, translateTimeout } from './problems.ts'
import { type Identity, type QueryObserver, Session } from './session.ts'
import type { Watchdog } from './watchdog.ts'

/** serialization_failure and deadlock_detected: the same transaction may succeed when run again. */
const retried = new Set(['40001', '40P01'])
const retries = 3

/** One identity's view of the open transaction: what an async path carries. */
export interface Scope {
  readonly session: Session
  readonly identity: Identity
  // biome-ignore lint/suspicious/noExplicitAny: services see it through `as<Schema>()`
  readonly trx: Transaction<any>
  readonly afterCommit: (() => void)[]
}

/** What a caller asks for; a tenant or user that is left out is taken from the open transaction. */
export type Wanted = { readonly role: Identity['role']; readonly tenantId?: string; readonly userId?: string }

/** The transactions of one database: opened by the outermost call of an async path, joined by the calls within. */
export class Transactions {
  readonly #engine: Engine
  readonly #watchdog: Watchdog
  readonly #observe: QueryObserver
  readonly #log: Logger
  readonly #scopes = new AsyncLocalStorage<Scope>()

  constructor(engine: Engine, watchdog: Watchdog, observe: QueryObserver, log: Logger) {
    this.#engine = engine
    this.#watchdog = watchdog
    this.#observe = observe
    this.#log = log
  }

  /** The scope of the caller's path; none once its transaction has ended, for work that outlives it. */
  current(): Scope | undefined {
    const scope = this.#scopes.getStore()
    return scope?.session.isOpen ? scope : undefined
  }

  run<T>(wanted: Wanted, work: (scope: Scope) => Promise<T>): Promise<T> {
    const open = this.current()
    return open ? this.#join(open, wanted, work) : this.#outermost(wanted, work)
  }

  /**
   * Runs `work` on a connection of its own outside any transaction, as the owner. What it leaves open is rolled back.
   *
   * Problems: `database.self_wait` inside a transaction.
   */
  async alone<T>(work: (client: PoolClient, caller: () => string) => Promise<T>): Promise<T> {
    if (this.current() !== undefined) throw databaseProblem('self_wait')
    const caller = rememberCaller(this.alone)
    const client = await this.#lease(caller)
    const unwatch = this.#watchdog.watchOpen(caller)
    let broken: Error | undefined
    try {
      return await work(client, caller)
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => {
        broken = failure
      })
      throw translateTimeout(error, this.#engine.statementTimeoutMs)
    } finally {
      unwatch()
      client.off('error', ignore)
      client.release(broken)
    }
  }

  /** Runs the action when the caller's transaction has committed, outside of it; at once without one. */
  afterCommit(action: () => void): void {
    const open = this.current()
    if (open) open.afterCommit.push(action)
    else action()
  }

  async #join<T>(open: Scope, wanted: Wanted, work: (scope: Scope) => Promise<T>): Promise<T> {
    const { identity } = open
    if (wanted.tenantId !== undefined && identity.tenantId !== undefined && wanted.tenantId !== identity.tenantId) {
      throw databaseProblem('tenant_mixed', { detail: { open: identity.tenantId, wanted: wanted.tenantId } })
    }
    const next: Identity = {
      role: wanted.role,
      tenantId: wanted.tenantId ?? identity.tenantId,
      userId: wanted.userId ?? identity.userId,
    }
    if (next.role === identity.role && next.tenantId === identity.tenantId && next.userId === identity.userId) {
      return work(open)
    }
    const scope = { ...open, identity: next, trx: kyselyOn(open.session, next) }
    return this.#scopes.run(scope, () => work(scope))
  }

  async #outermost<T>(wanted: Wanted, work: (scope: Scope) => Promise<T>): Promise<T> {
    const caller = rememberCaller(this.run)
    const identity: Identity = { role: wanted.role, tenantId: wanted.tenantId, userId: wanted.userId }
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#once(identity, caller, work)
      } catch (error) {
        if (attempt === retries || !canRetry(error)) throw error
        // Two that collided must not meet again in step.
        await sleep(Math.random() * 20 * 2 ** attempt)
      }
    }
  }

  async #once<T>(identity: Identity, caller: () => string, work: (scope: Scope) => Promise<T>): Promise<T> {
    const client = await this.#lease(caller)
    const unwatch = this.#watchdog.watchOpen(caller)
    const session = new Session(this.#engine, client, identity, this.#observe, caller)
    const scope: Scope = { session, identity, trx: kyselyOn(session, identity), afterCommit: [] }
    let broken: Error | undefined
    let outcome: T
    try {
      await session.begin()
      outcome = await this.#scopes.run(scope, () => work(scope))
      await session.commit()
    } catch (error) {
      await session.rollback().catch((failure: Error) => {
        broken = failure
      })
      throw error
    } finally {
      unwatch()
      client.off('error', ignore)
      client.release(broken)
    }
    this.#scopes.exit(() => this.#runAll(scope.afterCommit))
    return outcome
  }

  /** A connection of the caller's own, its wait watched. A connection that breaks while leased fails the query in hand. */
  async #lease(caller: () => string): Promise<PoolClient> {
    const arrived = this.#watchdog.watchWait(caller)
    try {
      const client = await this.#scopes.exit(() => this.#engine.pool.connect())
      client.on('error', ignore)
      return client
    } finally {
      arrived()
    }
  }

  /** The transaction stands: an action that throws cannot make it fail any more. */
  #runAll(actions: readonly (() => void)[]): void {
    for (const action of actions) {
      try {
        action()
      } catch (error) {
        this.#log.error({ err: error }, 'an action after a commit failed')
      }
    }
  }
}

/** The query in hand is told of the broken connection; without a listener the process would end. */
function ignore(): void {}

function canRetry(error: unknown): boolean {
  const state = sqlStateOf(error) ?? sqlStateOf((error as { cause?: unknown } | undefined)?.cause)
  return state !== undefined && retried.has(state)
}
