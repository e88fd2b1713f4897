import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { Db, database, defineService, token } from '@fanfare/kernel'
import { boot } from '@fanfare/testkit'
import { sql } from 'kysely'
import * as campaign from '../migrations/001-campaign.ts'
import * as frozen from '../migrations/002-frozen.ts'
import type { Schema } from '../src/store.ts'

const before = defineService({
  provides: token<object>()('campaigns'),
  needs: { db: Db },
  migrations: [campaign],
  start: () => ({}),
})

test('a campaign that was launched before has its whole audience, one that is being launched does not', async () => {
  await using app = await boot([database(), before])
  const tenantId = app.tenant()
  const launchedAt = new Date('2026-05-01T10:00:00.000Z')
  const expected = { sending: launchedAt, paused: launchedAt, done: launchedAt, launching: null, draft: null }
  await app.db.withTenant(tenantId, async (trx) => {
    for (const state of Object.keys(expected)) {
      await sql`
        insert into campaigns.campaign (tenant_id, id, name, state, fingerprint, launched_at, created_at, updated_at)
        values (${tenantId}, ${randomUUID()}, ${state}, ${state}, '', ${state === 'draft' ? null : launchedAt}, now(), now())
      `.execute(trx)
    }
  })
  await app.db.migrate('campaigns', [campaign, frozen])
  const rows = await app.db
    .as<Schema>()
    .withTenant(tenantId, (trx) => trx.selectFrom('campaigns.campaign').select(['state', 'frozen_at']).execute())
  assert.deepEqual(Object.fromEntries(rows.map(({ state, frozen_at }) => [state, frozen_at])), expected)
})
