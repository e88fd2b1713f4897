import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { type Database, prepared } from '../../src/index.ts'
import { buildTenant, type Schema, startWarehouse } from './boxes.ts'

// One connection, so that every transaction has the same.
const warehouse = await startWarehouse({ poolMax: 1 })
const { db } = warehouse
after(() => warehouse[Symbol.asyncDispose]())

function weightOf(of: Database<Schema>, tenantId: string, label: string): Promise<number | undefined> {
  return of.withTenant(tenantId, async (trx) => {
    const query = sql<{ weight: number }>`select weight from warehouse.box where label = ${label}`
    return (await query.withPlugin(prepared).execute(trx)).rows[0]?.weight
  })
}

/** How often the connection ran what it keeps of the boxes, by statement. */
async function runsKept(of: Database<Schema>): Promise<number[]> {
  const { rows } = await of.transaction((trx) =>
    sql<{ runs: number }>`
      select generic_plans + custom_plans as runs from pg_prepared_statements
      where statement like '%warehouse.box where label%'`.execute(trx),
  )
  return rows.map(({ runs }) => runs)
}

test('a statement is kept from one transaction to the next, and shows each tenant its own', async () => {
  const [one, other] = [await buildTenant(db, ['kept']), await buildTenant(db, ['other'])]
  for (let run = 0; run < 4; run++) {
    assert.equal(await weightOf(db, one, 'kept'), 1)
    assert.equal(await weightOf(db, other, 'kept'), undefined)
  }
  assert.deepEqual(await runsKept(db), [8])
})

test('a statement that failed can be run again', async () => {
  const divide = (by: number) =>
    db.transaction((trx) => sql<{ is: number }>`select 6 / ${by}::int as is`.withPlugin(prepared).execute(trx))
  await assert.rejects(divide(0), { code: '22012' })
  assert.equal((await divide(3)).rows[0]?.is, 2)
})

test('nothing is kept on a server that must not', async (t) => {
  if (warehouse.url === undefined) return t.skip('the embedded database has one client; set DATABASE_URL')
  await using careful = await startWarehouse({ poolMax: 1, keepStatements: 'false' })
  const tenantId = await buildTenant(careful.db, ['kept'])
  for (let run = 0; run < 2; run++) assert.equal(await weightOf(careful.db, tenantId, 'kept'), 1)
  assert.deepEqual(await runsKept(careful.db), [])
})
