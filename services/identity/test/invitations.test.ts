import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createTestClock, type TestApp } from '@fanfare/testkit'
import { bootIdentity, buildKeyHeader, buildMember, buildOwner, inviteAs, password, tokenIn } from './factories.ts'

let app: TestApp
const clock = createTestClock()
before(async () => {
  app = await bootIdentity({ clock })
})
after(() => app.stop())

const day = 24 * 60 * 60 * 1_000

test('an invitation shows what it is about, makes one membership and is then used up', async () => {
  const owner = await buildOwner(app)
  const person = await buildOwner(app)
  const token = await inviteAs(owner.browser, person.email.toUpperCase(), 'editor')

  const shown = await app.anonymous.post('/v1/invitations/open', { token })
  assert.equal(shown.status, 200)
  assert.equal(shown.body.email, person.email)
  assert.equal(shown.body.role, 'editor')
  assert.equal(shown.body.hasAccount, true)
  const accepted = await person.browser.post('/v1/invitations/accept', { token })

  assert.equal(accepted.status, 200)
  assert.equal(accepted.body.id, owner.tenantId)
  assert.equal(accepted.body.role, 'editor')
  assert.equal((await person.browser.post('/v1/invitations/accept', { token })).body.code, 'identity.invitation_gone')
  assert.equal((await app.anonymous.post('/v1/invitations/open', { token })).status, 404)
  assert.deepEqual((await owner.browser.get('/v1/invitations')).body.rows, [])
})

test('GHSA-fmh4-wcc4-5jm3: an invitation is of no use to another address, and stays for its own', async () => {
  const owner = await buildOwner(app)
  const person = await buildOwner(app)
  const thief = await buildOwner(app)
  const token = await inviteAs(owner.browser, person.email, 'admin')

  const stolen = await thief.browser.post('/v1/invitations/accept', { token })

  assert.equal(stolen.status, 403)
  assert.equal(stolen.body.code, 'identity.invitation_foreign')
  assert.equal((await app.anonymous.post('/v1/invitations/accept', { token })).status, 401)
  assert.equal((await person.browser.post('/v1/invitations/accept', { token })).status, 200)
})

test('of 50 acceptances at once one makes the membership', async () => {
  const owner = await buildOwner(app)
  const person = await buildOwner(app)
  const token = await inviteAs(owner.browser, person.email, 'viewer')
  const replies = await Promise.all(
    Array.from({ length: 50 }, () => person.browser.post('/v1/invitations/accept', { token })),
  )
  assert.equal(replies.filter(({ status }) => status === 200).length, 1)
  for (const { status, body } of replies.filter(({ status }) => status !== 200)) {
    assert.equal(status, 404)
    assert.equal(body.code, 'identity.invitation_gone')
  }
  assert.equal((await owner.browser.get('/v1/members')).body.rows.length, 2)
})

test('an address is invited once; of many at the same moment one invitation is made', async () => {
  const owner = await buildOwner(app)
  const replies = await Promise.all(
    Array.from({ length: 8 }, () =>
      owner.browser.post('/v1/invitations', { email: 'twice@example.com', role: 'viewer' }),
    ),
  )
  assert.deepEqual(replies.map(({ status }) => status).toSorted(), [201, ...Array(7).fill(409)])
  assert.equal(replies.find(({ status }) => status === 409)?.body.code, 'identity.invitation_pending')
  const member = await owner.browser.post('/v1/invitations', { email: owner.email, role: 'viewer' })
  assert.equal(member.body.code, 'identity.member_already')
})

test('sent again, the new link works and the former one does not; revoked, none does', async () => {
  const owner = await buildOwner(app)
  const person = await buildOwner(app)
  const first = await inviteAs(owner.browser, person.email, 'viewer')
  const { id } = (await owner.browser.get('/v1/invitations')).body.rows[0]

  const again = await owner.browser.post(`/v1/invitations/${id}/resend`)

  assert.equal(again.status, 200)
  const second = tokenIn(again.body.link)
  assert.equal((await person.browser.post('/v1/invitations/accept', { token: first })).status, 404)
  assert.equal((await app.anonymous.post('/v1/invitations/open', { token: second })).status, 200)
  assert.equal((await owner.browser.delete(`/v1/invitations/${id}`)).status, 204)
  assert.equal((await person.browser.post('/v1/invitations/accept', { token: second })).status, 404)
  assert.equal((await owner.browser.post(`/v1/invitations/${id}/resend`)).status, 404)
  assert.equal((await owner.browser.delete(`/v1/invitations/${id}`)).status, 404)
})

test('after 7 days an invitation is gone, can be sent again, and holds no place', async () => {
  const owner = await buildOwner(app)
  const person = await buildOwner(app)
  const token = await inviteAs(owner.browser, person.email, 'viewer')
  clock.advance(7 * day + 1)
  await person.browser.post('/v1/sessions', { email: person.email, password })
  await owner.browser.post('/v1/sessions', { email: owner.email, password })

  assert.equal((await person.browser.post('/v1/invitations/accept', { token })).status, 404)
  assert.equal((await owner.browser.get('/v1/invitations')).body.rows.length, 1)
  const fresh = await inviteAs(owner.browser, person.email, 'editor')
  assert.equal((await person.browser.post('/v1/invitations/accept', { token: fresh })).body.role, 'editor')
})

test('who was demoted between the invitation and now cannot send it again with the higher role', async () => {
  const owner = await buildOwner(app)
  const admin = await buildMember(app, owner, 'owner')
  await inviteAs(admin.browser, 'high@example.com', 'owner')
  const { id } = (await owner.browser.get('/v1/invitations')).body.rows[0]
  await owner.browser.patch(`/v1/members/${admin.userId}`, { role: 'admin' })
  assert.equal((await admin.browser.post(`/v1/invitations/${id}/resend`)).body.code, 'identity.role_too_high')
  assert.equal((await admin.browser.delete(`/v1/invitations/${id}`)).body.code, 'identity.role_too_high')
})

test('an invitation never changes the role of who is in the workspace already', async () => {
  const owner = await buildOwner(app)
  const person = await buildOwner(app)
  const token = await inviteAs(owner.browser, person.email, 'viewer')
  await app.db.withTenant(owner.tenantId, (trx) =>
    trx
      .insertInto('identity.membership')
      .values({ tenant_id: owner.tenantId, account_id: person.userId, role: 'owner', created_at: clock.now() })
      .execute(),
  )
  await person.browser.post('/v1/invitations/accept', { token })
  const { rows } = (await owner.browser.get('/v1/members')).body
  assert.equal(rows.find(({ userId }: { userId: string }) => userId === person.userId).role, 'owner')
})

test('bad addresses, roles and tokens are refused, and nobody without the permission invites or sees invitations', async () => {
  const owner = await buildOwner(app)
  const editor = await buildMember(app, owner, 'editor')
  for (const body of [{ email: 'nobody', role: 'viewer' }, { email: 'a@example.com', role: 'sender' }, {}]) {
    assert.equal((await owner.browser.post('/v1/invitations', body)).status, 400)
  }
  assert.equal((await editor.browser.post('/v1/invitations', { email: 'a@example.com' })).status, 403)
  assert.equal((await editor.browser.get('/v1/invitations')).status, 403)
  assert.equal((await app.anonymous.get('/v1/invitations')).status, 401)
  for (const token of ['x', randomUUID(), `${randomUUID()}/${randomUUID()}`]) {
    assert.equal((await app.anonymous.post('/v1/invitations/open', { token })).status, 404)
    assert.equal((await owner.browser.post('/v1/invitations/accept', { token })).status, 404)
  }
  const key = await buildKeyHeader(app, owner.tenantId, 'admin')
  assert.equal((await app.anonymous.post('/v1/invitations/accept', { token: 'x' }, key)).status, 403)
})

test('who is invited makes an account with exactly that address, is in the workspace, and is signed in', async () => {
  const owner = await buildOwner(app)
  const token = await inviteAs(owner.browser, 'New.Person@example.com', 'editor')
  const shown = (await app.anonymous.post('/v1/invitations/open', { token })).body
  assert.deepEqual({ hasAccount: shown.hasAccount, canSignUp: shown.canSignUp }, { hasAccount: false, canSignUp: true })
  const person = app.browser()
  assert.equal((await person.post('/v1/invitations/sign-up', { token, name: 'New', password: 'short' })).status, 400)

  const joined = await person.post('/v1/invitations/sign-up', { token, name: 'New Person', password, email: 'x@y.z' })

  assert.equal(joined.status, 201)
  assert.equal(joined.body.person.email, 'new.person@example.com')
  assert.deepEqual(
    joined.body.workspaces.map(({ id, role }: { id: string; role: string }) => [id, role]),
    [[owner.tenantId, 'editor']],
  )
  assert.equal((await person.get('/v1/members')).body.rows.length, 2)
  const again = await app.browser().post('/v1/invitations/sign-up', { token, name: 'New', password })
  assert.equal(again.body.code, 'identity.invitation_gone')
})

test('of 20 sign-ups at once with one invitation one makes an account', async () => {
  const owner = await buildOwner(app)
  const token = await inviteAs(owner.browser, 'at-once@example.com', 'viewer')
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => app.browser().post('/v1/invitations/sign-up', { token, name: 'A', password })),
  )
  assert.equal(replies.filter(({ status }) => status === 201).length, 1)
  for (const { status, text } of replies) assert.ok(status < 500, text)
  assert.equal((await owner.browser.get('/v1/members')).body.rows.length, 2)
})

test('an address with an account does not sign up again: it signs in and accepts', async () => {
  const owner = await buildOwner(app)
  const person = await buildOwner(app)
  const token = await inviteAs(owner.browser, person.email, 'viewer')
  const refused = await app.browser().post('/v1/invitations/sign-up', { token, name: 'A', password })
  assert.equal(refused.body.code, 'identity.address_taken')
  assert.equal((await person.browser.post('/v1/invitations/accept', { token })).status, 200)
})
