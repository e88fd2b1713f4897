import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { createTestDatabase } from '@fanfare/testkit'
import fc from 'fast-check'
import { sql } from 'kysely'
import { isOnFor } from '../../src/flags/bucket.ts'
import { createLogger, Db, database, Flags, flags, start } from '../../src/index.ts'

const testDatabase = await createTestDatabase()
const app = await start([database(), flags()], {
  config: { db: testDatabase.config },
  log: createLogger({ level: 'silent' }),
})
after(async () => {
  await app.stop()
  await testDatabase.drop()
})

function buildName(): string {
  return `flag-${randomUUID()}`
}

test('a tenant keeps its side as the share grows', () => {
  fc.assert(
    fc.property(
      fc.uuid(),
      fc.float({ min: 0, max: 100, noNaN: true }),
      fc.float({ min: 0, max: 100, noNaN: true }),
      (tenantId, one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)]
        const rule = { name: 'new-editor', tenants: {} }
        if (isOnFor({ ...rule, percentage: less }, tenantId)) {
          assert.ok(isOnFor({ ...rule, percentage: more }, tenantId))
        }
        assert.equal(isOnFor({ ...rule, percentage: 0 }, tenantId), false)
        assert.equal(isOnFor({ ...rule, percentage: 100 }, tenantId), true)
      },
    ),
  )
})

test('a share of tenants is that share, and two flags do not choose the same ones', () => {
  const tenants = Array.from({ length: 10_000 }, () => randomUUID())
  const onFor = (name: string) =>
    new Set(tenants.filter((tenantId) => isOnFor({ name, percentage: 30, tenants: {} }, tenantId)))
  const [one, other] = [onFor('one'), onFor('other')]
  assert.ok(Math.abs(one.size - 3_000) < 250, String(one.size))
  assert.ok(Math.abs(one.intersection(other).size - 900) < 200)
})

test('an unknown flag is off', async () => {
  assert.equal(await app.get(Flags).isOn(buildName(), randomUUID()), false)
})

test('a flag that is set holds at once in its own process, with named tenants before the share', async () => {
  const name = buildName()
  const [on, off, other] = [randomUUID(), randomUUID(), randomUUID()]
  await app.get(Flags).set({ name, percentage: 0, tenants: { [on]: true } })
  assert.equal(await app.get(Flags).isOn(name, on), true)
  assert.equal(await app.get(Flags).isOn(name, other), false)
  await app.get(Flags).set({ name, percentage: 100, tenants: { [off]: false } })
  assert.equal(await app.get(Flags).isOn(name, other), true)
  assert.equal(await app.get(Flags).isOn(name, off), false)
  const listed = (await app.get(Flags).list()).find((rule) => rule.name === name)
  assert.deepEqual(listed, { name, percentage: 100, tenants: { [off]: false } })
})

test('a flag can be asked for and set inside a transaction, and is undone with it', async () => {
  const name = buildName()
  const rolledBack = app.get(Db).withTenant(randomUUID(), async () => {
    await app.get(Flags).isOn(name, randomUUID())
    await app.get(Flags).set({ name, percentage: 100, tenants: {} })
    throw new Error('changed my mind')
  })
  await assert.rejects(rolledBack, /changed my mind/)
  assert.equal(await app.get(Flags).isOn(name, randomUUID()), false)
})

const refused: readonly [string, { name: string; percentage: number; tenants: Record<string, boolean> }][] = [
  ['a share above 100', { name: 'new-editor', percentage: 101, tenants: {} }],
  ['a name with spaces', { name: 'New editor', percentage: 1, tenants: {} }],
  ['a tenant that is no id', { name: 'new-editor', percentage: 1, tenants: { acme: true } }],
]
for (const [title, rule] of refused) {
  test(`${title} is refused`, async () => {
    await assert.rejects(app.get(Flags).set(rule), { code: 'flags.invalid_rule' })
  })
}

test("no tenant's transaction sees the rules, for they name other tenants", async () => {
  const { rows } = await app
    .get(Db)
    .withTenant(randomUUID(), (trx) => sql`select 1 from kernel_flags.flag`.execute(trx))
  assert.deepEqual(rows, [])
})
