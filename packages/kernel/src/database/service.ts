import { Db } from '../database.ts'
import { isProblem } from '../problems.ts'
import { defineService, type Health, type ServiceContext } from '../service.ts'
import { within } from '../within.ts'
import { AmbientDatabase } from './ambient-database.ts'
import type { Engine } from './engine.ts'
import { attachInternals } from './internals.ts'
import { kernelMigrations } from './kernel-migrations.ts'
import { openOwnerDoor } from './owner-door.ts'
import { PgliteEngine } from './pglite-engine.ts'
import { PgliteUpkeep } from './pglite-upkeep.ts'
import { PostgresqlEngine } from './postgresql-engine.ts'
import { reasonOf } from './problems.ts'
import { type DatabaseSettings, databaseSettings } from './settings.ts'
import { observeQueries } from './slow-queries.ts'
import { Transactions } from './transactions.ts'
import { Watchdog } from './watchdog.ts'

const healthLimitMs = 1_000

/**
 * The service that provides `Db`: PostgreSQL when `DATABASE_URL` is set, else an embedded database under
 * `FANFARE_DATA_DIR`. See `databaseSettings` for all of its config.
 *
 * Problems: `database.locked`, `database.unreachable`, `database.migration_failed`.
 *
 * @example start([database(), audience], { environment: readEnvironment() })
 */
export function database() {
  // The health check asks by object what only the start knows.
  const checks = new WeakMap<object, () => Promise<Health>>()
  return defineService({
    provides: Db,
    config: databaseSettings,
    startTimeoutMs: 60_000,
    async start(_needs, context) {
      const engine = await openEngine(context)
      const { db, check } = await assemble(engine, context)
      checks.set(db, check)
      return db
    },
    health: (db) => checks.get(db)?.() ?? { state: 'down', reason: 'the database is not open' },
  })
}

async function openEngine({ config, log }: ServiceContext<DatabaseSettings>): Promise<Engine> {
  const { url, directUrl, poolMax, statementTimeoutMs } = config
  if (url !== undefined) {
    const onBroken = (error: Error) => log.warn({ reason: error.message }, 'a connection to the database broke')
    const keepsStatements = config.keepStatements ?? directUrl === undefined
    return PostgresqlEngine.open({
      url: url.reveal(),
      directUrl: directUrl?.reveal(),
      poolMax,
      statementTimeoutMs,
      keepsStatements,
      onBroken,
    })
  }
  const onReopen = (reason: unknown) =>
    log.error({ reason: reasonOf(reason) }, 'the embedded database was ended; opening it again')
  return PgliteEngine.open({ dataDir: config.dataDir, seed: config.seed, statementTimeoutMs, onReopen })
}

async function assemble(engine: Engine, context: ServiceContext<DatabaseSettings>) {
  const { config, log, metrics, defer, onReady } = context
  defer(() => engine.close())
  const watchdog = new Watchdog(log)
  defer(() => watchdog.stop())
  // While services start, they make their schemas: those statements may take long and nobody could quicken them.
  let isReporting = false
  onReady(() => {
    isReporting = true
  })
  const { slowQueryMs } = config
  const observe = observeQueries(log, metrics, { kind: engine.kind, slowQueryMs, isReporting: () => isReporting })
  const transactions = new Transactions(engine, watchdog, observe, log)
  if (engine instanceof PgliteEngine) {
    const upkeep = new PgliteUpkeep(engine, transactions, log)
    defer(() => upkeep.stop())
  }
  const db = new AmbientDatabase(engine, transactions)
  attachInternals(db, openOwnerDoor(engine, transactions, observe))
  await db.migrate('kernel', kernelMigrations)
  return { db, check: () => checkConnection(transactions, watchdog) }
}

/** A real round trip. A connection that stays busy is slow, not gone. */
async function checkConnection(transactions: Transactions, watchdog: Watchdog): Promise<Health> {
  try {
    await within(healthLimitMs, 'waiting for a query', () => transactions.alone((client) => client.query('select 1')))
    return { state: 'up' }
  } catch (error) {
    if (!isProblem(error, 'timeout.elapsed')) return { state: 'down', reason: reasonOf(error) }
    const holders = watchdog.holders()
    const held = holders.map(({ caller, heldMs }) => `${caller} for ${heldMs} ms`).join(', ')
    const reason = `no connection was free within ${healthLimitMs} ms; held by ${held || 'nobody known'}`
    return { state: 'degraded', reason, detail: { holders } }
  }
}
