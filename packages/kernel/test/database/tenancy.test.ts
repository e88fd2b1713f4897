import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { unsecuredTables } from '../../src/index.ts'
import { addBox, buildTenant, labelsOf, startWarehouse } from './boxes.ts'

const warehouse = await startWarehouse()
const { db, internals } = warehouse
after(() => warehouse[Symbol.asyncDispose]())

test('a tenant sees, changes and deletes its own rows only', async () => {
  const [mine, other] = [await buildTenant(db, ['mine']), await buildTenant(db, ['other'])]
  await db.withTenant(mine, async (trx) => {
    assert.deepEqual(await labelsOf(db, mine), ['mine'])
    const changed = await trx.updateTable('warehouse.box').set({ weight: 9 }).executeTakeFirst()
    assert.equal(changed.numUpdatedRows, 1n)
    const deleted = await trx.deleteFrom('warehouse.box').where('tenant_id', '=', other).executeTakeFirst()
    assert.equal(deleted.numDeletedRows, 0n)
  })
  assert.deepEqual(await labelsOf(db, other), ['other'])
})

test('a row for another tenant is refused, on insert and on update', async () => {
  const [mine, other] = [await buildTenant(db, ['mine']), await buildTenant(db)]
  const insert = db.withTenant(mine, (trx) =>
    trx.insertInto('warehouse.box').values({ tenant_id: other, label: 'smuggled', weight: 1 }).execute(),
  )
  await assert.rejects(insert, { code: '42501' })
  const update = db.withTenant(mine, (trx) => trx.updateTable('warehouse.box').set({ tenant_id: other }).execute())
  await assert.rejects(update, { code: '42501' })
  assert.deepEqual(await labelsOf(db, other), [])
})

test('without a tenant there are no rows and none can be added', async () => {
  await buildTenant(db, ['somebody'])
  const rows = await db.transaction((trx) => trx.selectFrom('warehouse.box').selectAll().execute())
  assert.deepEqual(rows, [])
  const insert = db.transaction((trx) =>
    trx.insertInto('warehouse.box').values({ tenant_id: randomUUID(), label: 'x', weight: 1 }).execute(),
  )
  await assert.rejects(insert, { code: '42501' })
})

test('work for a second tenant inside the first one is refused', async () => {
  const [mine, other] = [await buildTenant(db), await buildTenant(db)]
  await db.withTenant(mine, async () => {
    await assert.rejects(addBox(db, other, 'mixed'), { code: 'database.tenant_mixed' })
    assert.equal(db.currentTenant(), mine)
    await addBox(db, mine, 'goes on')
  })
  assert.deepEqual(await labelsOf(db, mine), ['goes on'])
})

test('a tenant id that is no UUID is refused before it reaches the database', async () => {
  await assert.rejects(labelsOf(db, "'; drop table warehouse.box; --"), { code: 'database.tenant_invalid' })
})

test('a transaction without a tenant takes one on for an inner call and is without it again after', async () => {
  const [one, two] = [await buildTenant(db, ['one']), await buildTenant(db, ['two'])]
  await db.transaction(async (trx) => {
    assert.deepEqual(await labelsOf(db, one), ['one'])
    assert.deepEqual(await trx.selectFrom('warehouse.box').selectAll().execute(), [])
    assert.deepEqual(await labelsOf(db, two), ['two'])
    assert.equal(db.currentTenant(), undefined)
  })
})

test('two tenants side by side in one transaction never see each other', async () => {
  const [one, two] = [await buildTenant(db, ['one']), await buildTenant(db, ['two'])]
  const look = async (tenantId: string, expected: string) => {
    for (let round = 0; round < 10; round++) assert.deepEqual(await labelsOf(db, tenantId), [expected])
  }
  await db.transaction(() => Promise.all([look(one, 'one'), look(two, 'two')]))
})

test('going back to a savepoint that another tenant set does not bring back its rows', async () => {
  const tenantId = await buildTenant(db, ['theirs'])
  await db.transaction(async (trx) => {
    await db.withTenant(tenantId, (inner) => sql`savepoint here`.execute(inner))
    await sql`rollback to savepoint here`.execute(trx)
    assert.deepEqual(await trx.selectFrom('warehouse.box').selectAll().execute(), [])
  })
})

test('fifty tenants at once, some of whose work fails, leak nothing', async () => {
  const tenants = await Promise.all(Array.from({ length: 50 }, (_, n) => buildTenant(db, [`box of ${n}`])))
  const rounds = Array.from({ length: 8 }, (_, round) => round)
  await Promise.all(
    rounds.flatMap((round) =>
      tenants.map(async (tenantId, n) => {
        const work = db.withTenant(tenantId, async (trx) => {
          const rows = await trx.selectFrom('warehouse.box').selectAll().execute()
          assert.deepEqual(rows, [{ tenant_id: tenantId, label: `box of ${n}`, weight: 1 }])
          if ((round + n) % 5 === 0) await sql`select 1 / 0`.execute(trx)
        })
        if ((round + n) % 5 === 0) await assert.rejects(work, { code: '22012' })
        else await work
      }),
    ),
  )
})

test('the user of a transaction is known to policies and forgotten after it', async () => {
  const userOf = (userId?: string) =>
    db.transaction(
      async (trx) => (await sql<{ id: string | null }>`select kernel.user_id() as id`.execute(trx)).rows[0]?.id,
      userId === undefined ? {} : { userId },
    )
  assert.equal(await userOf("o'neill"), "o'neill")
  assert.equal(await userOf(), null)
})

test('services work as a role that owns nothing and passes no row security', async () => {
  const role = await db.transaction(async (trx) => {
    const { rows } = await sql`
      select current_user as name, rolsuper, rolbypassrls from pg_roles where rolname = current_user`.execute(trx)
    return rows[0]
  })
  assert.deepEqual(role, { name: 'fanfare_app', rolsuper: false, rolbypassrls: false })
  await assert.rejects(
    db.transaction((trx) => sql`alter table warehouse.box disable row level security`.execute(trx)),
    {
      code: '42501',
    },
  )
})

test('the guard finds every way to leave a table with a tenant open', async () => {
  assert.deepEqual(await unsecuredTables(db), [])
  await internals.query(`
    create schema careless;
    create table careless.bare (tenant_id uuid);
    create table careless.unforced (tenant_id uuid);
    alter table careless.unforced enable row level security;
    create table careless.no_check (tenant_id uuid);
    alter table careless.no_check enable row level security;
    alter table careless.no_check force row level security;
    create policy reading on careless.no_check using (tenant_id = kernel.tenant_id());
    create table careless.wide (tenant_id uuid);
    alter table careless.wide enable row level security;
    alter table careless.wide force row level security;
    create policy everybody on careless.wide using (true) with check (true);
    create view careless.window as select * from warehouse.box;
    create view careless.safe with (security_invoker = true) as select * from warehouse.box;
    create materialized view careless.copy as select * from warehouse.box`)
  const found = await unsecuredTables(db)
  assert.deepEqual(
    found.map(({ table }) => table),
    ['bare', 'copy', 'no_check', 'unforced', 'wide', 'window'].map((name) => `careless.${name}`),
  )
  assert.match(found[0]?.reason ?? '', /not enabled/)
})
