import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestApp } from '@fanfare/testkit'
import { addTotp, bootFactors, buildGuarded } from './factor-app.ts'
import { buildKeyHeader, buildOwner } from './factories.ts'

let app: TestApp
before(async () => {
  app = await bootFactors()
})
after(() => app.stop())

async function buildMember(tenantId: string, role: 'admin' | 'editor' | 'viewer') {
  const member = await buildOwner(app)
  await app.db.withTenant(tenantId, (trx) =>
    trx
      .insertInto('identity.membership')
      .values({ tenant_id: tenantId, account_id: member.userId, role, created_at: app.clock.now() })
      .execute(),
  )
  return member
}

const inside = (tenantId: string) => ({ 'fanfare-workspace': tenantId })

test('a workspace that asks for a second factor opens to a member once they have added one', async () => {
  const { browser: owner, tenantId } = await buildGuarded(app)
  const { browser, tenantId: own } = await buildMember(tenantId, 'editor')
  assert.equal((await browser.get('/v1/workspace', inside(tenantId))).status, 200)
  assert.equal((await owner.put('/v1/workspace/second-factor', { needed: true })).status, 200)

  const barred = await browser.get('/v1/workspace', inside(tenantId))
  assert.deepEqual([barred.status, barred.body.code], [403, 'identity.second_factor_needed'])
  assert.deepEqual((await browser.get('/v1/me', inside(tenantId))).body.factorNeededIn, [tenantId])
  assert.equal((await browser.get('/v1/workspace', inside(own))).status, 200)
  assert.equal((await browser.get('/v1/factors', inside(tenantId))).status, 200)

  await addTotp(app, browser)
  assert.equal((await browser.get('/v1/workspace', inside(tenantId))).status, 200)
  assert.deepEqual((await browser.get('/v1/me')).body.factorNeededIn, [])
  assert.equal((await owner.get('/v1/workspace')).status, 200)
})

test('keys of a workspace that asks for a second factor go on working', async () => {
  const { browser, tenantId } = await buildGuarded(app)
  await browser.put('/v1/workspace/second-factor', { needed: true })
  const key = await buildKeyHeader(app, tenantId, 'viewer')
  assert.equal((await app.anonymous.get('/v1/workspace', key)).status, 200)
})

test('nobody asks of others what they do not have themselves', async () => {
  const { browser } = await buildOwner(app)
  const reply = await browser.put('/v1/workspace/second-factor', { needed: true })
  assert.deepEqual([reply.status, reply.body.code], [409, 'identity.second_factor_first'])
})

test('an editor may neither ask for it nor take it back, and a stranger finds no such workspace', async () => {
  const { browser: owner, tenantId } = await buildGuarded(app)
  await owner.put('/v1/workspace/second-factor', { needed: true })
  const { browser } = await buildMember(tenantId, 'editor')
  await addTotp(app, browser)
  const reply = await browser.put('/v1/workspace/second-factor', { needed: false }, inside(tenantId))
  assert.deepEqual([reply.status, reply.body.code], [403, 'http.forbidden'])
  const stranger = await buildGuarded(app)
  assert.equal(
    (await stranger.browser.put('/v1/workspace/second-factor', { needed: false }, inside(tenantId))).status,
    404,
  )
  assert.deepEqual((await owner.get('/v1/workspace/second-factor')).body, { needed: true })
  assert.equal((await app.anonymous.put('/v1/workspace/second-factor', { needed: false })).status, 401)
  assert.equal((await owner.put('/v1/workspace/second-factor', {})).status, 400)
})
