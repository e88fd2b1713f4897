import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findSeed } from '@fanfare/testkit'
import { PgliteEngine } from '../../src/database/pglite-engine.ts'
import { PgliteUpkeep } from '../../src/database/pglite-upkeep.ts'
import { Transactions } from '../../src/database/transactions.ts'
import { Watchdog } from '../../src/database/watchdog.ts'
import { createLogger } from '../../src/index.ts'

test('upkeep vacuums the tables that need it and leaves the others alone', async (t) => {
  const engine = await PgliteEngine.open({
    dataDir: 'memory://',
    seed: await findSeed(),
    statementTimeoutMs: 30_000,
  })
  const log = createLogger({ level: 'silent' })
  const watchdog = new Watchdog(log)
  const transactions = new Transactions(engine, watchdog, () => {}, log)
  const upkeep = new PgliteUpkeep(engine, transactions, log)
  t.after(async () => {
    await upkeep.stop()
    watchdog.stop()
    await engine.close()
  })
  await engine.pool.query(`
    create table busy as select n from generate_series(1, 5000) n;
    create table idle (n int);
    delete from busy where n % 2 = 0`)
  await upkeep.tidy()
  await engine.pool.query('select pg_stat_force_next_flush()')
  const { rows } = await engine.pool.query(`
    select relname as name, last_vacuum is not null and last_analyze is not null as tidied, n_dead_tup as dead
    from pg_stat_user_tables order by relname`)
  assert.deepEqual(rows, [
    { name: 'busy', tidied: true, dead: 0 },
    { name: 'idle', tidied: false, dead: 0 },
  ])
})
