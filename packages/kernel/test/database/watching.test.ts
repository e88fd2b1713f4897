import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { Watchdog } from '../../src/database/watchdog.ts'
import { createLogger, database, start } from '../../src/index.ts'
import { type LogLine, startWarehouse } from './boxes.ts'

const warehouse = await startWarehouse({ slowQueryMs: 50 })
const { db, app, lines } = warehouse
after(() => warehouse[Symbol.asyncDispose]())

test('a slow query is logged with its time and caller and without its values', async () => {
  await db.transaction((trx) => sql`select pg_sleep(0.1), ${'a secret'}::text`.execute(trx))
  const line = lines.find(({ query }) => query === 'select pg_sleep(0.1), $1::text')
  assert.ok(line)
  assert.equal(line.msg, 'a query was slow')
  assert.ok((line.ms as number) >= 100)
  assert.match(String(line.caller), /watching\.test\.ts/)
  assert.doesNotMatch(JSON.stringify(lines), /a secret/)
})

test('what services run while they start is not told as slow', async (t) => {
  const everything = await startWarehouse({ slowQueryMs: 0 })
  t.after(() => everything[Symbol.asyncDispose]())
  const told = everything.lines.filter(({ msg }) => msg === 'a query was slow').map(({ query }) => String(query))
  assert.ok(told.some((query) => query.includes('create table warehouse.box')))
  assert.ok(!told.some((query) => query.includes('create function kernel.tenant_id')))
})

test('a long query is told by its beginning, on one line', async () => {
  const columns = Array.from({ length: 200 }, (_, index) => `${index} as column_${index}`).join(',\n  ')
  await db.transaction((trx) => sql.raw(`select pg_sleep(0.1),\n  ${columns}`).execute(trx))
  const line = lines.find(({ query }) => String(query).startsWith('select pg_sleep(0.1), 0 as column_0, 1 as'))
  assert.ok(line)
  assert.equal(String(line.query).length, 302)
  assert.match(String(line.query), / …$/)
})

test('health is up after a real query, and says who holds the connection when none is free', async () => {
  assert.equal((await app.registry.health()).state, 'up')
  if (db.kind === 'postgresql') return
  const gate = Promise.withResolvers<void>()
  const holding = db.transaction(() => gate.promise)
  const health = await app.registry.health()
  gate.resolve()
  await holding
  assert.equal(health.state, 'degraded')
  assert.match(health.reason ?? '', /held by .*watching\.test\.ts/)
  assert.equal((await app.registry.health()).state, 'up')
})

test('a transaction that stays open and work that waits for it are told once, with their callers', (t) => {
  const told: (LogLine & { holders?: { caller: string }[] })[] = []
  const log = createLogger({ level: 'warn', destination: { write: (line) => void told.push(JSON.parse(line)) } })
  const watchdog = new Watchdog(log)
  t.after(() => watchdog.stop())
  const close = watchdog.watchOpen(() => 'importContacts')
  watchdog.watchWait(() => 'listContacts')
  const now = performance.now()
  watchdog.look(now + 9_000)
  assert.equal(told.length, 0)
  watchdog.look(now + 11_000)
  watchdog.look(now + 12_000)
  assert.deepEqual(
    told.map(({ caller }) => caller),
    ['importContacts', 'listContacts'],
  )
  assert.equal(told[1]?.holders?.[0]?.caller, 'importContacts')
  close()
  assert.deepEqual(watchdog.holders(), [])
})

const contradictions: readonly (readonly [Record<string, string>, RegExp])[] = [
  [{ FANFARE_DB_POOL_MAX: '0' }, /FANFARE_DB_POOL_MAX/],
  [{ FANFARE_DB_STATEMENT_TIMEOUT_MS: 'soon' }, /FANFARE_DB_STATEMENT_TIMEOUT_MS/],
  [
    { FANFARE_DB_SLOW_QUERY_MS: '5000', FANFARE_DB_STATEMENT_TIMEOUT_MS: '1000' },
    /FANFARE_DB_SLOW_QUERY_MS.*FANFARE_DB_STATEMENT_TIMEOUT_MS/,
  ],
  [{ DATABASE_URL: 'postgres://x', FANFARE_DB_SEED: 'a.tar' }, /FANFARE_DB_SEED.*DATABASE_URL/],
]
for (const [environment, expected] of contradictions) {
  test(`a start with ${Object.keys(environment).join(' and ')} that make no sense is refused by name`, async () => {
    await assert.rejects(start([database()], { environment }), { message: expected })
  })
}
