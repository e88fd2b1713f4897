import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { type Database, Db, database, defineService, token } from '@fanfare/kernel'
import { boot } from '@fanfare/testkit'
import { sql } from 'kysely'
import { migrations } from '../migrations/all.ts'

/** A service that has only the tables of delivery as they were before batches. */
const before = defineService({
  provides: token<object>()('delivery'),
  needs: { db: Db },
  migrations: migrations.slice(
    0,
    migrations.findIndex(({ name }) => name === '006-batch'),
  ),
  start: () => ({}),
})

test('deliveries from before batches keep their states, and what was on the wire is in doubt', async () => {
  await using app = await boot([database(), before])
  const [tenantId, campaignId, senderId, variantId] = [app.tenant(), randomUUID(), randomUUID(), randomUUID()]
  const states = ['queued', 'claimed', 'attempting', 'deferred', 'accepted', 'failed', 'suppressed', 'held'] as const
  await app.db.withTenant(tenantId, async (trx) => {
    await sql`
      insert into delivery.sender (tenant_id, id, name, from_name, from_email, reply_to, postal_address, kind)
      values (${tenantId}, ${senderId}, 'S', 'S', 's@x.example', '', '', 'sandbox')`.execute(trx)
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

async function countStates(db: Database, tenantId: string): Promise<Record<string, number>> {
  const { rows } = await db.withTenant(tenantId, (trx) =>
    sql<{ state: string; count: number }>`
      select state, count(*)::int as count from delivery.delivery group by state`.execute(trx),
  )
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}
