import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { createLogger, database, type Environment, readEnvironment, start } from '../../src/index.ts'
import { addBox, buildTenant, labelsOf, startWarehouse } from './boxes.ts'

const { DATABASE_URL: server }: Environment = readEnvironment()
const skip = server ? false : 'needs a PostgreSQL server; set DATABASE_URL'
const warehouse = skip ? undefined : await startWarehouse({ poolMax: 1, statementTimeoutMs: 400 })
after(() => warehouse?.[Symbol.asyncDispose]())

test('with one connection nothing waits for itself: nested work, actions after the commit, the health check', {
  skip,
}, async () => {
  const { db, app } = warehouse!
  const tenantId = await buildTenant(db)
  const later = Promise.withResolvers<string[]>()
  await Promise.all(
    ['a', 'b', 'c'].map((label) =>
      db.withTenant(tenantId, async () => {
        await db.transaction(() => addBox(db, tenantId, label))
        if (label === 'c') db.afterCommit(() => later.resolve(labelsOf(db, tenantId)))
      }),
    ),
  )
  assert.deepEqual(await later.promise, ['a', 'b', 'c'])
  assert.equal((await app.registry.health()).state, 'up')
})

test('a query over its time is ended by the server, and the connection serves the next', { skip }, async () => {
  const { db } = warehouse!
  const tenantId = await buildTenant(db, ['kept'])
  const runaway = db.withTenant(tenantId, async (trx) => {
    await addBox(db, tenantId, 'lost')
    await sql`select pg_sleep(60)`.execute(trx)
  })
  await assert.rejects(runaway, { code: 'database.query_timeout' })
  assert.deepEqual(await labelsOf(db, tenantId), ['kept'])
})

test('a connection that the server cuts fails the work in hand only, and listeners come back', { skip }, async () => {
  await using other = await startWarehouse({ poolMax: 2 })
  const { db, internals } = other
  const heard: string[] = []
  await internals.listen('cut', (payload) => heard.push(payload))
  const tenantId = await buildTenant(db, ['kept'])
  const cut = db.withTenant(tenantId, async (trx) => {
    await addBox(db, tenantId, 'lost')
    await sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx)
  })
  await assert.rejects(cut)
  await internals.query(`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`)
  assert.deepEqual(await labelsOf(db, tenantId), ['kept'])
  while (heard.length === 0) {
    await internals.notify('cut', 'back')
    await sleep(100)
  }
})

test('transactions that collide on a server are run again until both stand', { skip }, async () => {
  await using other = await startWarehouse()
  const { db } = other
  const tenantId = await buildTenant(db, ['counter'])
  await Promise.all(
    Array.from({ length: 4 }, () =>
      db.withTenant(tenantId, async (trx) => {
        await sql`set transaction isolation level repeatable read`.execute(trx)
        const { weight } = await trx.selectFrom('warehouse.box').select('weight').executeTakeFirstOrThrow()
        await trx
          .updateTable('warehouse.box')
          .set({ weight: weight + 1 })
          .execute()
      }),
    ),
  )
  const weight = await db.withTenant(tenantId, (trx) =>
    trx.selectFrom('warehouse.box').select('weight').executeTakeFirstOrThrow(),
  )
  assert.deepEqual(weight, { weight: 5 })
})

test('a server that is not there is told by its address, without the password', async () => {
  const config = { db: { url: 'postgres://app:hunter2@127.0.0.1:1/fanfare' } }
  await assert.rejects(start([database()], { config, log: createLogger({ level: 'silent' }) }), (error: Error) => {
    assert.match(error.message, /127\.0\.0\.1:1\/fanfare does not answer.*DATABASE_URL/)
    assert.doesNotMatch(error.message, /hunter2/)
    return true
  })
})
