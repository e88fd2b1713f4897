import type { PoolClient, QueryResult } from 'pg'
import type { Engine } from './engine.ts'
import { databaseProblem, translateTimeout } from './problems.ts'

/** On whose behalf a query runs. Compared by reference: every scope has its own. */
export interface Identity {
  readonly role: 'owner' | 'app'
  readonly tenantId: string | undefined
  readonly userId: string | undefined
}

/** Told of every query that ended. */
export type QueryObserver = (text: string, seconds: number, caller: () => string) => void

/**
 * One transaction on one connection. Its queries run one after the other; each says for whom, and the session changes
 * role and tenant when that differs from the query before. So scopes of one transaction that interleave (a `Promise.all`
 * over two of them) cannot see each other's rows.
 */
export class Session {
  readonly #engine: Engine
  readonly #client: PoolClient
  readonly #observe: QueryObserver
  readonly #caller: () => string
  #active: Identity | undefined
  readonly #first: Identity
  #tail: Promise<unknown> = Promise.resolve()
  #finished = false

  constructor(engine: Engine, client: PoolClient, first: Identity, observe: QueryObserver, caller: () => string) {
    this.#engine = engine
    this.#client = client
    this.#active = first
    this.#first = first
    this.#observe = observe
    this.#caller = caller
  }

  get caller(): string {
    return this.#caller()
  }
  get isOpen(): boolean {
    return !this.#finished
  }

  /** Opens the transaction with its first identity in one round trip. */
  async begin(): Promise<void> {
    const { begin } = this.#engine
    const isPlain = this.#first.role === 'owner' && this.#first.tenantId === undefined
    await this.#client.query(isPlain ? begin : `${begin}; ${switchTo(this.#first)}`)
  }

  /** @param name under which the connection keeps the statement, for one that comes again and again */
  query(identity: Identity, text: string, values?: readonly unknown[], name?: string): Promise<QueryResult> {
    return this.#inTurn(identity, () => this.#measured(text, values, name))
  }

  liftTimeout(identity: Identity): Promise<void> {
    return this.#inTurn(identity, () => this.#engine.liftTimeout(this.#client))
  }

  copyIn(identity: Identity, statement: string, chunks: AsyncIterable<Uint8Array>, options: string): Promise<void> {
    return this.#inTurn(identity, async () => {
      // An engine may change the role for it: the next query sets its own again.
      this.#active = undefined
      await this.#engine.copyIn(this.#client, statement, chunks, options)
    })
  }

  /**
   * Commits after the queries in hand. A transaction that PostgreSQL had given up answers a commit with a roll-back,
   * which must not pass for success.
   */
  async commit(): Promise<void> {
    await this.#finish()
    const { command } = await this.#client.query('commit')
    if (command !== 'COMMIT') throw databaseProblem('rolled_back')
  }

  async rollback(): Promise<void> {
    await this.#finish()
    await this.#client.query('rollback')
  }

  async #finish(): Promise<void> {
    this.#finished = true
    await this.#tail
  }

  #inTurn<T>(identity: Identity, run: () => Promise<T>): Promise<T> {
    if (this.#finished) {
      return Promise.reject(databaseProblem('transaction_finished', { detail: { caller: this.caller } }))
    }
    const turn = this.#tail.then(async () => {
      if (identity !== this.#active) {
        await this.#client.query(switchTo(identity))
        this.#active = identity
      }
      return run()
    })
    this.#tail = turn.catch(() => {})
    return turn
  }

  async #measured(text: string, values: readonly unknown[] | undefined, name?: string): Promise<QueryResult> {
    const began = performance.now()
    try {
      if (name === undefined || !this.#engine.keepsStatements)
        return await this.#client.query(text, values as unknown[])
      return await this.#client.query({ name, text, values: values as unknown[] })
    } catch (error) {
      throw translateTimeout(error, this.#engine.statementTimeoutMs)
    } finally {
      // Back to a savepoint is back to the role and tenant of that time.
      if (/^\s*rollback/i.test(text)) this.#active = undefined
      this.#observe(text, (performance.now() - began) / 1_000, this.#caller)
    }
  }
}

/** The statement that gives a transaction its role, tenant and user. All three are local to it. */
function switchTo({ role, tenantId, userId }: Identity): string {
  const settings = `set local app.tenant = ${literal(tenantId)}; set local app."user" = ${literal(userId)}`
  return `set local role ${role === 'owner' ? 'none' : 'fanfare_app'}; ${settings}`
}

/** Ids are checked to be UUIDs where they enter; quotes are doubled all the same. */
function literal(value: string | undefined): string {
  return `'${(value ?? '').replaceAll("'", "''")}'`
}
