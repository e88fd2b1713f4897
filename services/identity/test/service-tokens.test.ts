import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Identity } from '@fanfare/identity/contract'
import { createTestClock, type TestApp } from '@fanfare/testkit'
import { bootIdentity, buildOwner, password } from './factories.ts'

const clock = createTestClock()
let app: TestApp
before(async () => {
  app = await bootIdentity({ clock })
})
after(() => app.stop())

test('a service token says who calls whom in which workspace’s name, for a minute', async () => {
  const identity = app.get(Identity)
  const tenantId = app.tenant()
  const { token } = await identity.issueServiceToken({ from: 'campaigns', to: 'delivery', tenantId })
  assert.deepEqual(await identity.verifyServiceToken({ token, to: 'delivery' }), { from: 'campaigns', tenantId })
  assert.equal(await identity.verifyServiceToken({ token, to: 'audience' }), null, 'it is for one service alone')
  clock.advance(66_000)
  assert.equal(await identity.verifyServiceToken({ token, to: 'delivery' }), null)
})

test('a service token opens no route, and an access token is no service token', async () => {
  const identity = app.get(Identity)
  const { token } = await identity.issueServiceToken({ from: 'campaigns', to: 'delivery' })
  const asBearer = await app.anonymous.get('/v1/me', { authorization: `Bearer ${token}` })
  assert.deepEqual([asBearer.status, asBearer.body.code], [401, 'identity.token_wrong'])

  const { email } = await buildOwner(app)
  const { body } = await app.anonymous.post('/v1/tokens', { email, password })
  assert.equal(await identity.verifyServiceToken({ token: body.accessToken, to: 'delivery' }), null)
  assert.equal(await identity.verifyServiceToken({ token: 'nonsense', to: 'delivery' }), null)
})
