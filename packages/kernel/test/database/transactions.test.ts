import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { addBox, buildTenant, labelsOf, startWarehouse } from './boxes.ts'

const warehouse = await startWarehouse()
const { db, internals } = warehouse
after(() => warehouse[Symbol.asyncDispose]())

test('what a transaction wrote stands after it', async () => {
  const tenantId = await buildTenant(db, ['outer'])
  assert.deepEqual(await labelsOf(db, tenantId), ['outer'])
})

test('a nested call joins the open transaction: it sees its rows and falls with it', async () => {
  const tenantId = await buildTenant(db)
  const work = db.withTenant(tenantId, async () => {
    await addBox(db, tenantId, 'inner')
    assert.deepEqual(await labelsOf(db, tenantId), ['inner'])
    assert.deepEqual(await db.transaction(async () => labelsOf(db, tenantId)), ['inner'])
    throw new Error('changed my mind')
  })
  await assert.rejects(work, /changed my mind/)
  assert.deepEqual(await labelsOf(db, tenantId), [])
})

test('a failed query that was caught does not pass for a commit', async () => {
  const tenantId = await buildTenant(db)
  const work = db.withTenant(tenantId, async (trx) => {
    await addBox(db, tenantId, 'lost')
    await sql`select 1 / 0`.execute(trx).catch(() => {})
  })
  await assert.rejects(work, { code: 'database.rolled_back' })
  assert.deepEqual(await labelsOf(db, tenantId), [])
})

test('an action after the commit sees the rows, runs outside the transaction, and is dropped on roll-back', async () => {
  const tenantId = await buildTenant(db)
  const seen = Promise.withResolvers<string[]>()
  const order: string[] = []
  await db.withTenant(tenantId, async () => {
    db.afterCommit(() => {
      order.push('after')
      assert.equal(db.currentTenant(), undefined)
      seen.resolve(labelsOf(db, tenantId))
    })
    await addBox(db, tenantId, 'stands')
    order.push('inside')
  })
  assert.deepEqual(order, ['inside', 'after'])
  assert.deepEqual(await seen.promise, ['stands'])
  await assert.rejects(
    db.withTenant(tenantId, async () => {
      db.afterCommit(() => order.push('never'))
      throw new Error('no')
    }),
  )
  db.afterCommit(() => order.push('at once'))
  assert.deepEqual(order, ['inside', 'after', 'at once'])
})

test('an action after the commit that throws is logged and does not undo the success', async () => {
  const tenantId = await buildTenant(db)
  const outcome = await db.withTenant(tenantId, async () => {
    db.afterCommit(() => {
      throw new Error('late')
    })
    return 'done'
  })
  assert.equal(outcome, 'done')
  assert.ok(warehouse.lines.some(({ msg }) => msg === 'an action after a commit failed'))
})

test('a handle used after its transaction fails and names where that began', async () => {
  const tenantId = await buildTenant(db)
  const leaked = await db.withTenant(tenantId, async (trx) => ({ trx }))
  await assert.rejects(leaked.trx.selectFrom('warehouse.box').selectAll().execute(), (error: Error) => {
    assert.equal((error as Error & { code: string }).code, 'database.transaction_finished')
    assert.match(error.message, /transactions\.test\.ts/)
    return true
  })
})

test('work that outlives its transaction gets one of its own', async () => {
  const tenantId = await buildTenant(db)
  const gate = Promise.withResolvers<void>()
  let late: Promise<void> | undefined
  await db.withTenant(tenantId, async () => {
    late = gate.promise.then(() => addBox(db, tenantId, 'late'))
  })
  gate.resolve()
  await late
  assert.deepEqual(await labelsOf(db, tenantId), ['late'])
})

test('a transaction that collided is run again from the start, at most three times', async () => {
  const tenantId = await buildTenant(db)
  const collision = Object.assign(new Error('could not serialize'), { code: '40001' })
  let tries = 0
  await db.withTenant(tenantId, async () => {
    await addBox(db, tenantId, 'once')
    if (++tries < 3) throw collision
  })
  assert.equal(tries, 3)
  assert.deepEqual(await labelsOf(db, tenantId), ['once'])
  tries = 0
  const hopeless = db.withTenant(tenantId, async () => {
    tries++
    throw collision
  })
  await assert.rejects(hopeless, { code: '40001' })
  assert.equal(tries, 4)
})

test('queries of one transaction that are asked for at the same time run one after the other', async () => {
  const sums = await db.transaction((trx) =>
    Promise.all([1, 2, 3].map((n) => sql<{ n: number }>`select ${n}::int as n`.execute(trx))),
  )
  assert.deepEqual(
    sums.map(({ rows }) => rows[0]?.n),
    [1, 2, 3],
  )
})

test('a large result is streamed a chunk at a time', async () => {
  const tenantId = await buildTenant(db)
  await db.withTenant(tenantId, async (trx) => {
    await sql`insert into warehouse.box (label) select 'box ' || n from generate_series(1, 2500) n`.execute(trx)
    let rows = 0
    for await (const { label } of trx.selectFrom('warehouse.box').select('label').stream(1_000)) {
      assert.match(label, /^box /)
      rows++
    }
    assert.equal(rows, 2500)
  })
})

test('the owner works inside the open transaction and falls with it', async () => {
  const tenantId = await buildTenant(db)
  const work = db.withTenant(tenantId, async () => {
    await internals.ownerInTransaction((session) => session.query('create table warehouse.shelf (n int)'))
    await addBox(db, tenantId, 'after the owner')
    throw new Error('undo')
  })
  await assert.rejects(work, /undo/)
  const { rows } = await internals.query(`select to_regclass('warehouse.shelf') as shelf`)
  assert.deepEqual(rows, [{ shelf: null }])
})

test('what would wait for its own caller is refused, and so is joining where nothing is open', async () => {
  const tenantId = await buildTenant(db)
  await db.withTenant(tenantId, async () => {
    await assert.rejects(internals.query('select 1'), { code: 'database.self_wait' })
    await assert.rejects(
      internals.ownerTransaction(async () => {}),
      { code: 'database.self_wait' },
    )
  })
  await assert.rejects(
    internals.ownerInTransaction(async () => {}),
    { code: 'database.no_transaction' },
  )
})

test('a text of several statements that fails half-way leaves nothing and no transaction open', async () => {
  await assert.rejects(internals.query('begin; create table warehouse.half (n int); select 1 / 0; commit'))
  const { rows } = await internals.query(`select to_regclass('warehouse.half') as half`)
  assert.deepEqual(rows, [{ half: null }])
})

test('a notification is heard after the commit and not after a roll-back', async () => {
  const heard: string[] = []
  const second = Promise.withResolvers<void>()
  const stop = await internals.listen('boxes', (payload) => {
    heard.push(payload)
    if (heard.length === 2) second.resolve()
  })
  await assert.rejects(
    internals.ownerTransaction(async () => {
      await internals.notify('boxes', 'undone')
      throw new Error('no')
    }),
  )
  await internals.ownerTransaction(() => internals.notify('boxes', 'committed'))
  await internals.notify('boxes', 'alone')
  await second.promise
  await stop()
  assert.deepEqual(heard, ['committed', 'alone'])
})
