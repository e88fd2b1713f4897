import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { buildTenant, labelsOf, startWarehouse } from './boxes.ts'

const warehouse = await startWarehouse()
const { db, internals } = warehouse
after(() => warehouse[Symbol.asyncDispose]())

async function* chunksOf(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

/** `rows` lines in chunks that each end at the end of a row. */
async function* manyRows(rows: number, perChunk: number): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < rows; n += perChunk) {
    let text = ''
    for (let k = n; k < Math.min(n + perChunk, rows); k++)
      text += `box ${k},"some words, and ""more"" that\nfill the row"\n`
    yield Buffer.from(text)
  }
}

test('rows are copied into a temporary table of the transaction and go on into the tenant’s table', async () => {
  const tenantId = await buildTenant(db)
  await db.withTenant(tenantId, async (trx) => {
    await sql`create temp table arriving (label text, note text) on commit drop`.execute(trx)
    await db.copyIn('arriving (label, note)', manyRows(60_000, 700), 'format csv')
    await sql`insert into warehouse.box (label, weight) select label, length(note) from arriving`.execute(trx)
  })
  await db.withTenant(tenantId, async (trx) => {
    const { rows } =
      await sql`select count(*) as n, min(weight) as least, max(weight) as most from warehouse.box`.execute(trx)
    assert.deepEqual(rows, [{ n: 60_000, least: 40, most: 40 }])
  })
})

test('a copy falls with its transaction, and a bad row fails with its place', async () => {
  await internals.query('create table warehouse.arrival (n int, note text)')
  await internals.query('grant select, insert on warehouse.arrival to fanfare_app')
  const work = db.transaction(() => db.copyIn('warehouse.arrival', chunksOf('1,one\n', 'two,two\n')))
  await assert.rejects(work, (error: Error) => {
    assert.equal((error as Error & { code: string }).code, '22P02')
    assert.match((error as Error & { where: string }).where, /line 2, column n/)
    return true
  })
  await db.transaction(() => db.copyIn('warehouse.arrival (n)', chunksOf('7\n'), 'format text'))
  assert.deepEqual((await internals.query('select * from warehouse.arrival')).rows, [{ n: 7, note: null }])
})

test('rows that stop coming fail the copy and leave the connection usable', async () => {
  async function* breaking() {
    yield Buffer.from('1,one\n')
    throw new Error('the upload stopped')
  }
  await assert.rejects(
    db.transaction(() => db.copyIn('warehouse.arrival', breaking())),
    /the upload stopped/,
  )
  assert.equal((await internals.query('select * from warehouse.arrival')).rows.length, 1)
})

test('what would pass row security, or is not the role’s to fill, is refused with the way to do it', async () => {
  const tenantId = await buildTenant(db)
  const into = (statement: string, options?: string) =>
    db.withTenant(tenantId, () => db.copyIn(statement, chunksOf('x\n'), options))
  await assert.rejects(into('warehouse.box (label)'), /row security; copy into a temporary table/)
  await assert.rejects(into('warehouse.migration (name)'), /fanfare_app may not insert/)
  await assert.rejects(into('warehouse.nothing'), /there is no such table/)
  await assert.rejects(into('warehouse.arrival', 'format csv, header'), /leave out the header/)
  await assert.rejects(db.copyIn('warehouse.arrival', chunksOf('x\n')), { code: 'database.no_transaction' })
  assert.deepEqual(await labelsOf(db, tenantId), [])
})
