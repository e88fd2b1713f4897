import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertAllowed, assertWithin, Identity } from '@fanfare/identity/contract'
import type { TestApp } from '@fanfare/testkit'
import { bootIdentity, buildKeyHeader, buildMember, buildOwner, inviteAs } from './factories.ts'

let app: TestApp
before(async () => {
  app = await bootIdentity({ config: { limitContacts: 1000, limitStorageMb: 5 } })
})
after(() => app.stop())

test('limits are those of the installation until the operator sets others, and can be lifted and put back', async () => {
  const { tenantId } = await buildOwner(app)
  const identity = app.get(Identity)
  const defaults = {
    contacts: 1000,
    sendsPerMonth: null,
    storageBytes: 5_000_000,
    seats: null,
    requestsPerMinute: null,
    aiUsdPerMonth: null,
  }
  assert.deepEqual(await identity.getLimits({ tenantId }), defaults)
  const changed = await identity.setLimits({ tenantId, change: { contacts: null, seats: 3 } })
  assert.deepEqual(changed, { ...defaults, contacts: null, seats: 3 })
  assert.deepEqual(await identity.setLimits({ tenantId, change: { contacts: 'default' } }), { ...defaults, seats: 3 })
  await assert.rejects(identity.setLimits({ tenantId: crypto.randomUUID(), change: {} }), {
    code: 'identity.workspace_missing',
  })
})

test('what would go over a limit is refused with the limit, what is used, what is allowed and what to do', async () => {
  assertWithin('contacts', { allowed: 10, used: 9, adding: 1 })
  assert.throws(() => assertWithin('contacts', { allowed: 10, used: 9, adding: 2 }), {
    code: 'identity.limit_reached',
    status: 429,
    retryable: false,
    message:
      'The limit of 10 contacts is reached: 9 are used and this would add 2. Delete contacts that you no longer write to, or ask the operator of this installation for more',
  })
})

test('nothing is counted where there is no limit', async () => {
  const { tenantId } = await buildOwner(app)
  const count = () => Promise.reject(new Error('it was counted'))
  await assertAllowed(app.get(Identity), { tenantId, limit: 'sendsPerMonth', adding: 1, count })
  await assert.rejects(assertAllowed(app.get(Identity), { tenantId, limit: 'contacts', adding: 1, count }))
})

test('members and open invitations hold seats; of many invitations at once no more are made than there are seats', async () => {
  const owner = await buildOwner(app)
  await app.get(Identity).setLimits({ tenantId: owner.tenantId, change: { seats: 4 } })
  await buildMember(app, owner, 'viewer')
  const replies = await Promise.all(
    Array.from({ length: 10 }, (_, number) =>
      owner.browser.post('/v1/invitations', { email: `seat${number}@example.com`, role: 'viewer' }),
    ),
  )
  assert.equal(replies.filter(({ status }) => status === 201).length, 2)
  const refused = replies.find(({ status }) => status !== 201)
  assert.equal(refused?.status, 429)
  assert.equal(refused?.body.code, 'identity.limit_reached')
  assert.deepEqual(
    { limit: refused?.body.detail.limit, used: refused?.body.detail.used, allowed: refused?.body.detail.allowed },
    { limit: 'seats', used: 4, allowed: 4 },
  )
  const { rows } = (await owner.browser.get('/v1/invitations')).body
  await owner.browser.delete(`/v1/invitations/${rows[0].id}`)
  assert.equal((await owner.browser.post('/v1/invitations', { email: 'free@example.com' })).status, 201)
})

test('an invitation of before the seats were taken away is not accepted', async () => {
  const owner = await buildOwner(app)
  const person = await buildOwner(app)
  const token = await inviteAs(owner.browser, person.email, 'viewer')
  await app.get(Identity).setLimits({ tenantId: owner.tenantId, change: { seats: 1 } })
  assert.equal((await person.browser.post('/v1/invitations/accept', { token })).status, 429)
  await app.get(Identity).setLimits({ tenantId: owner.tenantId, change: { seats: 2 } })
  assert.equal((await person.browser.post('/v1/invitations/accept', { token })).status, 200)
})

test('calls of a workspace count together, over all its credentials, and say when to come back', async () => {
  const owner = await buildOwner(app)
  const other = await buildOwner(app)
  const key = await buildKeyHeader(app, owner.tenantId, 'viewer')
  await app.get(Identity).setLimits({ tenantId: owner.tenantId, change: { requestsPerMinute: 5 } })
  const first = await owner.browser.get('/v1/workspace')
  assert.equal(first.status, 200)
  assert.equal(first.headers.get('ratelimit-limit'), '5')
  assert.equal(first.headers.get('ratelimit-remaining'), '4')
  for (let call = 0; call < 4; call++) assert.equal((await app.anonymous.get('/v1/workspace', key)).status, 200)

  const refused = await app.anonymous.get('/v1/workspace', key)

  assert.equal(refused.status, 429)
  assert.equal(refused.body.code, 'identity.limit_reached')
  assert.equal(refused.body.detail.limit, 'requestsPerMinute')
  assert.ok(Number(refused.headers.get('retry-after')) > 0)
  assert.equal((await owner.browser.get('/v1/workspace')).status, 429)
  assert.equal((await other.browser.get('/v1/workspace')).status, 200)
})
