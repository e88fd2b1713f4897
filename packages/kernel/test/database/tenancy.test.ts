import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { readTenancyCatalogue, unsecuredTables } from '../../src/index.ts'
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

test('the guard finds every way to leave a table with a tenant open (ASVS 8.4.1)', async () => {
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
    create table careless.no_delete (tenant_id uuid);
    alter table careless.no_delete enable row level security;
    alter table careless.no_delete force row level security;
    create policy reading on careless.no_delete for select using (tenant_id = kernel.tenant_id());
    create policy adding on careless.no_delete for insert with check (tenant_id = kernel.tenant_id());
    create policy changing on careless.no_delete for update
      using (tenant_id = kernel.tenant_id()) with check (tenant_id = kernel.tenant_id());
    create table careless.other_word (tenant_id uuid, owner text);
    alter table careless.other_word enable row level security;
    alter table careless.other_word force row level security;
    create policy everybody on careless.other_word using (owner = 'me') with check (owner = 'me');
    create table careless.wide (tenant_id uuid);
    alter table careless.wide enable row level security;
    alter table careless.wide force row level security;
    create policy mine on careless.wide using (tenant_id = kernel.tenant_id()) with check (tenant_id = kernel.tenant_id());
    create policy everybody on careless.wide using (true) with check (true);
    create view careless.window as select * from warehouse.box;
    create view careless.blind_window as select label from warehouse.box;
    create view careless.safe with (security_invoker = true) as select * from warehouse.box;
    create materialized view careless.copy as select label from warehouse.box`)
  const found = await unsecuredTables(db)
  await internals.query('drop schema careless cascade')
  const names = ['bare', 'blind_window', 'copy', 'no_check', 'no_delete', 'other_word', 'unforced', 'wide', 'window']
  assert.deepEqual(
    found.map(({ table }) => table),
    names.map((name) => `careless.${name}`),
  )
  assert.match(found[0]?.reason ?? '', /not enabled/)
  assert.match(found[4]?.reason ?? '', /no policy keeps delete to the tenant by using/)
})

test('the catalogue tells of keys without the tenant, of policies that are wide, of functions that run as their owner, and of what the role may', async () => {
  const before = await readTenancyCatalogue(db)
  assert.deepEqual(before.keysWithoutTenant, [])
  assert.deepEqual(before.widePolicies, [])
  assert.deepEqual(before.definerFunctions, [])
  assert.deepEqual(before.roleFaults, [])
  assert.deepEqual(before.ownerlessTables, [])
  assert.deepEqual(before.tenantTables, ['warehouse.box'])
  await internals.query(`
    create schema loose;
    create table loose.shelf (tenant_id uuid not null, id int primary key, code text unique, unique (tenant_id, id));
    create table loose.item (
      tenant_id uuid not null, id int not null, shelf int references loose.shelf (id), primary key (tenant_id, id),
      foreign key (tenant_id, shelf) references loose.shelf (tenant_id, id)
    );
    create table loose.setting (word text);
    create table loose.perhaps (tenant_id uuid);
    create policy mine on loose.item using (tenant_id = kernel.tenant_id()) with check (tenant_id = kernel.tenant_id());
    create policy by_word on loose.item for select using (current_setting('app.word', true) = 'on');
    create function loose.open() returns int language sql security definer return 1;
    create function loose.pinned() returns int language sql security definer set search_path = loose return 1`)
  // Roles are the whole server's: there, other tests would meet it.
  const isAlone = db.kind === 'pglite'
  if (isAlone) await internals.query('create role fanfare_test_big; grant fanfare_test_big to fanfare_app')
  const after = await readTenancyCatalogue(db)
  await internals.query('drop schema loose cascade')
  assert.deepEqual(after.keysWithoutTenant, [
    'foreign loose.item item_shelf_fkey',
    'unique loose.shelf_code_key',
    'unique loose.shelf_pkey',
  ])
  assert.deepEqual(after.widePolicies, ['loose.item by_word'])
  assert.deepEqual(after.definerFunctions, ['loose.open() no search_path', 'loose.pinned() search_path=loose'])
  assert.deepEqual(after.roleFaults, isAlone ? ['is a member of fanfare_test_big'] : [])
  assert.deepEqual(after.otherTables, ['loose.setting'])
  assert.deepEqual(after.ownerlessTables, ['loose.perhaps'])
})
