import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findPostgres, hasPgbouncer, openPgbouncer, openPostgresServer } from '@fanfare/testkit'
import { sql } from 'kysely'
import { internalsOf } from '../../src/database/internals.ts'
import { prepared } from '../../src/index.ts'
import { buildTenant, labelsOf, startWarehouse } from './boxes.ts'

const skip =
  findPostgres() && hasPgbouncer() ? false : 'needs PostgreSQL and PgBouncer; apt install postgresql pgbouncer'
/** Far fewer connections to the server than this process opens to the pooler. */
const connections = 3
const cleanUp = new AsyncDisposableStack()
let warehouse: Awaited<ReturnType<typeof startWarehouse>>

before(async () => {
  if (skip) return
  const server = cleanUp.use(await openPostgresServer())
  const pooler = cleanUp.use(await openPgbouncer(server.url, { connections }))
  warehouse = cleanUp.use(
    await startWarehouse({
      url: pooler.url,
      directUrl: server.url,
      seed: undefined,
      poolMax: 30,
      statementTimeoutMs: 1_000,
    }),
  )
})
after(() => cleanUp.disposeAsync())

test('behind a pooler a transaction keeps its tenant, and one that fails in the middle leaves nothing for the next', {
  skip,
}, async () => {
  const { db } = warehouse
  const tenants = await Promise.all(Array.from({ length: 60 }, (_, n) => buildTenant(db, [`box of ${n}`])))
  await Promise.all(
    Array.from({ length: 1_200 }, async (_, turn) => {
      const n = turn % tenants.length
      const tenantId = tenants[n] as string
      if (turn % 7 === 0) {
        const failing = db.withTenant(tenantId, (trx) => sql`select 1 / 0`.execute(trx))
        await assert.rejects(failing, { code: '22012' })
      } else if (turn % 11 === 0) {
        const nobody = await db.transaction((trx) => trx.selectFrom('warehouse.box').selectAll().execute())
        assert.deepEqual(nobody, [])
      } else assert.deepEqual(await labelsOf(db, tenantId), [`box of ${n}`])
    }),
  )
})

test('behind a pooler no role, tenant or time limit stays with a connection', { skip }, async () => {
  const { db } = warehouse
  const tenantId = await buildTenant(db, ['mine'])
  await Promise.all(Array.from({ length: connections * 4 }, () => labelsOf(db, tenantId)))
  const looks = await Promise.all(
    Array.from({ length: connections * 4 }, () =>
      internalsOf(db).query(`
        select current_user as role, coalesce(current_setting('app.tenant', true), '') as tenant,
          current_setting('statement_timeout') as patience`),
    ),
  )
  for (const { rows } of looks) assert.deepEqual(rows, [{ role: 'fanfare', tenant: '', patience: '0' }])
})

test('behind a pooler a statement over its time is ended, and those that are kept by name elsewhere run without', {
  skip,
}, async () => {
  const { db } = warehouse
  const tenantId = await buildTenant(db, ['kept'])
  await assert.rejects(
    db.withTenant(tenantId, (trx) => sql`select pg_sleep(30)`.execute(trx)),
    { code: 'database.query_timeout' },
  )
  const count = () =>
    db.withTenant(tenantId, async (trx) => {
      const { rows } = await sql<{ n: number }>`select count(*) as n from warehouse.box`
        .withPlugin(prepared)
        .execute(trx)
      return rows[0]?.n
    })
  assert.deepEqual(new Set(await Promise.all(Array.from({ length: 40 }, count))), new Set([1]))
})

test('behind a pooler notifications are heard, past it', { skip }, async () => {
  const { db } = warehouse
  const heard = Promise.withResolvers<string>()
  const stop = await internalsOf(db).listen('pooling_test', heard.resolve)
  await internalsOf(db).notify('pooling_test', 'hello')
  assert.equal(await heard.promise, 'hello')
  await stop()
})
