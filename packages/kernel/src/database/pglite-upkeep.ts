import type { Logger } from '../log.ts'
import type { PgliteEngine } from './pglite-engine.ts'
import { reasonOf } from './problems.ts'
import type { Transactions } from './transactions.ts'

const everyMs = 30_000
/** A vacuum after this many rounds of upkeep that had work. */
const roundsToVacuum = 10

/**
 * What a server does by itself and the embedded database does not: a checkpoint, which keeps recovery short, and a vacuum
 * with statistics, table by table so that work in between waits for one table at most.
 */
export class PgliteUpkeep {
  readonly #engine: PgliteEngine
  readonly #transactions: Transactions
  readonly #log: Logger
  readonly #timer: NodeJS.Timeout
  #seenActivity = 0
  #rounds = 0
  #running: Promise<void> | undefined

  constructor(engine: PgliteEngine, transactions: Transactions, log: Logger) {
    this.#engine = engine
    this.#transactions = transactions
    this.#log = log
    this.#timer = setInterval(() => void this.#round(), everyMs).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  /** Checkpoints now and vacuums every table that has dead rows or old statistics. */
  async tidy(): Promise<void> {
    await this.#checkpoint()
    const tables = await this.#transactions.alone(async (client) => {
      // Its counts reach the view a while later, and with one session that may be never.
      await client.query('select pg_stat_force_next_flush()')
      return (await client.query(staleTables)).rows
    })
    for (const { name } of tables as { name: string }[]) {
      await this.#transactions.alone((client) => client.query(`vacuum (analyze) ${name}`))
    }
  }

  /** Skips while somebody works, waits or nothing has happened since. */
  async #round(): Promise<void> {
    const { idleCount, waitingCount } = this.#engine.pool
    const activity = this.#engine.activity
    if (this.#running !== undefined || idleCount === 0 || waitingCount > 0 || activity === this.#seenActivity) return
    this.#rounds++
    this.#running = (this.#rounds % roundsToVacuum === 0 ? this.tidy() : this.#checkpoint())
      .catch((error) => this.#log.warn({ reason: reasonOf(error) }, 'the upkeep of the embedded database failed'))
      .finally(() => {
        this.#running = undefined
        this.#seenActivity = this.#engine.activity
      })
    await this.#running
  }

  async #checkpoint(): Promise<void> {
    await this.#transactions.alone((client) => client.query('checkpoint'))
  }
}

const staleTables = `
  select format('%I.%I', schemaname, relname) as name
  from pg_stat_user_tables
  where n_dead_tup > 50 + n_live_tup / 10 or n_mod_since_analyze > 50 + n_live_tup / 10`
