import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { type Database, Db, database, defineService, type Trx, token } from '@fanfare/kernel'
import { boot } from '@fanfare/testkit'
import { sql } from 'kysely'
import { migrations } from '../migrations/all.ts'
import type { DeliveryTables } from '../src/store/tables.ts'

/** A service that has only the tables of delivery as they were before a migration. */
function deliveryBefore(migration: string) {
  return defineService({
    provides: token<object>()('delivery'),
    needs: { db: Db },
    migrations: migrations.slice(
      0,
      migrations.findIndex(({ name }) => name === migration),
    ),
    start: () => ({}),
  })
}

test('deliveries from before batches keep their states, and what was on the wire is in doubt', async () => {
  await using app = await boot([database(), deliveryBefore('006-batch')])
  const [tenantId, campaignId, senderId, variantId] = [app.tenant(), randomUUID(), randomUUID(), randomUUID()]
  const states = ['queued', 'claimed', 'attempting', 'deferred', 'accepted', 'failed', 'suppressed', 'held'] as const
  await app.db.withTenant(tenantId, async (trx) => {
    await insertSender(trx, tenantId, senderId)
    await sql`
      insert into delivery.dispatch (tenant_id, campaign_id, sender_id, name, state)
      values (${tenantId}, ${campaignId}, ${senderId}, 'C', 'running')`.execute(trx)
    for (let index = 0; index < 1_200; index++) {
      const state = states[index % states.length] as string
      const inHand = state === 'claimed' || state === 'attempting'
      const isDue = state === 'queued' || state === 'deferred'
      await sql`
        insert into delivery.delivery
          (tenant_id, id, campaign_id, contact_id, email, variant_id, state, fence, lease_until, next_at, settled_at)
        values (${tenantId}, gen_random_uuid(), ${campaignId}, gen_random_uuid(), ${`p${index}@x.example`},
          ${state === 'held' ? null : variantId}, ${state}, ${inHand ? randomUUID() : null}::uuid,
          ${inHand ? sql`now()` : null}, ${isDue ? sql`now()` : null}, ${inHand || isDue ? null : sql`now()`})`.execute(
        trx,
      )
    }
  })
  await app.db.migrate('delivery', migrations)
  assert.deepEqual(await countStates(app.db, tenantId), {
    queued: 300,
    unknown: 150,
    deferred: 150,
    accepted: 150,
    failed: 150,
    suppressed: 150,
    held: 150,
  })
  const batches = await app.db.withTenant(tenantId, (trx) =>
    trx.selectFrom('delivery.batch').selectAll().orderBy('id').execute(),
  )
  assert.deepEqual(
    batches.map(({ size }) => size).toSorted((a, b) => b - a),
    [500, 500, 200],
  )
  assert.ok(batches.every(({ due_at, dispatch_id }) => due_at !== null && dispatch_id === campaignId))
})

test('a campaign that sent before has its whole audience, one whose audience was being frozen does not', async () => {
  await using app = await boot([database(), deliveryBefore('016-open-dispatch')])
  const [tenantId, senderId] = [app.tenant(), randomUUID()]
  const expected = { preparing: false, running: true, paused: true, cancelled: true, finished: true }
  await app.db.withTenant(tenantId, async (trx) => {
    await insertSender(trx, tenantId, senderId)
    for (const state of Object.keys(expected)) {
      await sql`
        insert into delivery.dispatch (tenant_id, id, sender_id, name, state)
        values (${tenantId}, ${randomUUID()}, ${senderId}, ${state}, ${state})`.execute(trx)
    }
  })
  await app.db.migrate('delivery', migrations)
  const rows = await app.db
    .as<DeliveryTables>()
    .withTenant(tenantId, (trx) => trx.selectFrom('delivery.dispatch').select(['state', 'complete']).execute())
  assert.deepEqual(Object.fromEntries(rows.map(({ state, complete }) => [state, complete])), expected)
})

async function insertSender(trx: Trx<unknown>, tenantId: string, id: string): Promise<void> {
  await sql`
    insert into delivery.sender (tenant_id, id, name, from_name, from_email, reply_to, postal_address, kind)
    values (${tenantId}, ${id}, 'S', 'S', 's@x.example', '', '', 'sandbox')`.execute(trx)
}

async function countStates(db: Database, tenantId: string): Promise<Record<string, number>> {
  const { rows } = await db.withTenant(tenantId, (trx) =>
    sql<{ state: string; count: number }>`
      select state, count(*)::int as count from delivery.delivery group by state`.execute(trx),
  )
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}
