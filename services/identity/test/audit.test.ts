import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestApp } from '@fanfare/testkit'
import { bootIdentity, buildOwner } from './factories.ts'

let app: TestApp
before(async () => {
  app = await bootIdentity()
})
after(() => app.stop())

test('an action leaves an entry that says who, from where and with what', async () => {
  const { browser, tenantId, userId } = await buildOwner(app)
  const made = await browser.post('/v1/api-keys', { name: 'Shop' })
  await app.drain()
  const entry = await app.db.withTenant(tenantId, (trx) =>
    trx.selectFrom('identity.audit_arrival').select(['entry']).executeTakeFirstOrThrow(),
  )
  assert.equal(made.status, 201)
  const { action, actor, target, address, operation, after } = entry.entry
  assert.deepEqual(
    { action, actor, target, address, operation, after },
    {
      action: 'api_key.created',
      actor: { kind: 'person', id: userId },
      target: { kind: 'api_key', id: made.body.id, name: 'Shop' },
      address: '127.0.0.1',
      operation: 'POST /v1/api-keys',
      after: { role: 'editor', prefix: made.body.prefix },
    },
  )
})
