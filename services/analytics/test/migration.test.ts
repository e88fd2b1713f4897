import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { Db, database, defineService, token } from '@fanfare/kernel'
import { boot } from '@fanfare/testkit'
import { sql } from 'kysely'
import * as rollup from '../migrations/001-rollup.ts'
import * as rejudged from '../migrations/002-rejudged.ts'
import { countMarks, insertHits, rejudgeHits } from '../src/store/intake.ts'
import type { Schema } from '../src/store/schema.ts'

const before = defineService({
  provides: token<object>()('analytics'),
  needs: { db: Db },
  migrations: [rollup],
  start: () => ({}),
})

test('what was counted before hits could be judged again stays counted, once', async () => {
  await using app = await boot([database(), before])
  const [tenantId, id, campaignId, contactId] = [app.tenant(), randomUUID(), randomUUID(), randomUUID()]
  const at = '2026-05-01T10:00:00.000Z'
  await app.db.withTenant(tenantId, async (trx) => {
    await sql`insert into analytics.hit values (${tenantId}, ${id})`.execute(trx)
    await sql`
      insert into analytics.mark (tenant_id, campaign_id, contact_id, mark, at)
      values (${tenantId}, ${campaignId}, ${contactId}, 'opened', ${at})`.execute(trx)
    await sql`
      insert into analytics.rollup (tenant_id, campaign_id, minute, kind, count)
      values (${tenantId}, ${campaignId}, ${at}, 'opened', 1)`.execute(trx)
  })
  await app.db.migrate('analytics', [rollup, rejudged])
  const opened = await app.db.as<Schema>().withTenant(tenantId, async (trx) => {
    assert.equal((await insertHits(trx, tenantId, [{ id, machine: 0 }])).size, 0)
    assert.equal((await rejudgeHits(trx, tenantId, [{ id, machine: 1 }])).size, 0)
    const mark = { campaignId, contactId, variantId: null, mark: 'opened' as const, at }
    await countMarks(trx, tenantId, [{ ...mark, by: 1 }])
    await countMarks(trx, tenantId, [{ ...mark, by: -1 }])
    return trx.selectFrom('analytics.rollup').select('count').where('kind', '=', 'opened').execute()
  })
  assert.deepEqual(opened, [{ count: 1 }])
})
