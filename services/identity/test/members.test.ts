import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { openWatcher, type TestApp } from '@fanfare/testkit'
import { bootIdentity, buildKeyHeader, buildMember, buildOwner, inviteAs, password } from './factories.ts'

let app: TestApp
before(async () => {
  app = await bootIdentity()
})
after(() => app.stop())

const roleOf = async (browser: { get: TestApp['anonymous']['get'] }, userId: string) =>
  (await browser.get('/v1/members')).body.rows.find((row: { userId: string }) => row.userId === userId)?.role

test('a changed role counts from the next call on', async () => {
  const owner = await buildOwner(app)
  const editor = await buildMember(app, owner, 'editor')
  assert.equal((await editor.browser.patch('/v1/workspace', { name: 'No' })).status, 403)

  const changed = await owner.browser.patch(`/v1/members/${editor.userId}`, { role: 'admin' })

  assert.equal(changed.status, 200)
  assert.equal(changed.body.role, 'admin')
  assert.equal((await editor.browser.patch('/v1/workspace', { name: 'Yes' })).status, 200)
  await owner.browser.patch(`/v1/members/${editor.userId}`, { role: 'viewer' })
  assert.equal((await editor.browser.patch('/v1/workspace', { name: 'No' })).status, 403)
})

test('the open lines of a person end with their role, and with their place in the workspace', async () => {
  const owner = await buildOwner(app)
  const email = `${randomUUID()}@example.com`
  const token = await inviteAs(owner.browser, email, 'editor')
  await app.anonymous.post('/v1/invitations/sign-up', { token, name: 'Invited', password })
  const { body: tokens } = await app.anonymous.post('/v1/tokens', { email, password })
  const { body: members } = await owner.browser.get('/v1/members')
  const { userId } = members.rows.find((row: { email: string }) => row.email === email)
  const watch = () => openWatcher(app.url, tokens.accessToken, ['membership'])

  const asEditor = await watch()
  await owner.browser.patch(`/v1/members/${userId}`, { role: 'viewer' })
  await assert.rejects(asEditor.next(), /closed/)

  const asViewer = await watch()
  await owner.browser.delete(`/v1/members/${userId}`)
  await assert.rejects(asViewer.next(), /closed/)
  await assert.rejects(watch(), /status 40/)
})

test('an admin cannot touch an owner, nor make one, nor invite one; an editor decides on nobody (AU-12)', async () => {
  const owner = await buildOwner(app)
  const admin = await buildMember(app, owner, 'admin')
  const editor = await buildMember(app, owner, 'editor')
  const cases = [
    ['PATCH', `/v1/members/${owner.userId}`, { role: 'viewer' }],
    ['DELETE', `/v1/members/${owner.userId}`, undefined],
    ['PATCH', `/v1/members/${admin.userId}`, { role: 'owner' }],
    ['PATCH', `/v1/members/${editor.userId}`, { role: 'owner' }],
    ['POST', '/v1/invitations', { email: 'new-owner@example.com', role: 'owner' }],
  ] as const
  for (const [method, path, body] of cases) {
    const reply = await admin.browser.request(method, path, body)
    assert.equal(reply.status, 403, `${method} ${path}`)
    assert.equal(reply.body.code, 'identity.role_too_high')
    const lesser = await editor.browser.request(method, path, body)
    assert.equal(lesser.status, 403)
    assert.equal(lesser.body.code, 'http.forbidden')
  }
  assert.equal(await roleOf(owner.browser, owner.userId), 'owner')
  assert.equal((await admin.browser.patch(`/v1/members/${editor.userId}`, { role: 'viewer' })).status, 200)
  assert.equal((await admin.browser.delete(`/v1/members/${editor.userId}`)).status, 204)
})

test('CVE-2026-22595: an API key changes no people and gives no ownership, whatever its role', async () => {
  const owner = await buildOwner(app)
  const member = await buildMember(app, owner, 'viewer')
  const key = await buildKeyHeader(app, owner.tenantId, 'owner')
  const cases = [
    ['PATCH', `/v1/members/${member.userId}`, { role: 'owner' }],
    ['DELETE', `/v1/members/${member.userId}`, undefined],
    ['POST', '/v1/invitations', { email: 'by-key@example.com', role: 'owner' }],
    ['POST', '/v1/workspace/transfer', { userId: member.userId }],
    ['POST', '/v1/workspace/transfer/accept', undefined],
    ['DELETE', `/v1/me/workspaces/${owner.tenantId}`, undefined],
  ] as const
  for (const [method, path, body] of cases) {
    const reply = await app.anonymous.request(method, path, body, key)
    assert.equal(reply.status, 403, `${method} ${path}`)
    assert.match(reply.body.code, /person_needed$/)
  }
  assert.equal(await roleOf(owner.browser, member.userId), 'viewer')
})

test('who was removed is out from the next call on, and out of the teams', async () => {
  const owner = await buildOwner(app)
  const editor = await buildMember(app, owner, 'editor')
  const team = (await owner.browser.post('/v1/teams', { name: 'Writers' })).body
  await owner.browser.put(`/v1/teams/${team.id}/members/${editor.userId}`)

  assert.equal((await owner.browser.delete(`/v1/members/${editor.userId}`)).status, 204)

  assert.equal((await editor.browser.get('/v1/workspace')).status, 404)
  assert.deepEqual((await owner.browser.get('/v1/teams')).body.rows[0].memberIds, [])
  assert.equal((await owner.browser.delete(`/v1/members/${editor.userId}`)).status, 404)
})

test('a person leaves; the last owner does not', async () => {
  const owner = await buildOwner(app)
  const viewer = await buildMember(app, owner, 'viewer')
  assert.equal((await viewer.browser.delete(`/v1/me/workspaces/${owner.tenantId}`)).status, 204)
  assert.equal((await viewer.browser.get('/v1/members')).status, 404)
  assert.equal((await viewer.browser.delete(`/v1/me/workspaces/${owner.tenantId}`)).status, 404)

  for (const reply of [
    await owner.browser.delete(`/v1/me/workspaces/${owner.tenantId}`),
    await owner.browser.patch(`/v1/members/${owner.userId}`, { role: 'admin' }),
    await owner.browser.delete(`/v1/members/${owner.userId}`),
  ]) {
    assert.equal(reply.status, 409)
    assert.equal(reply.body.code, 'identity.last_owner')
  }
})

test('documenso: a stranger, a key of another workspace and nobody reach no member, team or invitation', async () => {
  const owner = await buildOwner(app)
  const member = await buildMember(app, owner, 'editor')
  const stranger = await buildOwner(app)
  const team = (await owner.browser.post('/v1/teams', { name: 'Private' })).body
  const invitation = (await owner.browser.post('/v1/invitations', { email: 'p@example.com', role: 'viewer' })).body
  const cases = [
    ['PATCH', `/v1/members/${member.userId}`, { role: 'viewer' }],
    ['DELETE', `/v1/members/${member.userId}`, undefined],
    ['PATCH', `/v1/teams/${team.id}`, { name: 'Taken' }],
    ['PUT', `/v1/teams/${team.id}/members/${stranger.userId}`, undefined],
    ['DELETE', `/v1/teams/${team.id}/members/${member.userId}`, undefined],
    ['DELETE', `/v1/teams/${team.id}`, undefined],
    ['POST', `/v1/invitations/${invitation.id}/resend`, undefined],
    ['DELETE', `/v1/invitations/${invitation.id}`, undefined],
    ['POST', '/v1/workspace/transfer', { userId: member.userId }],
    ['DELETE', `/v1/me/workspaces/${owner.tenantId}`, undefined],
  ] as const
  for (const [method, path, body] of cases) {
    const missing = path.replace(/[0-9a-f-]{36}/g, () => randomUUID())
    const reply = await stranger.browser.request(method, path, body)
    assert.equal(reply.status, 404, `${method} ${path}: ${reply.text}`)
    assert.equal(reply.body.code, (await stranger.browser.request(method, missing, body)).body.code)
    assert.equal((await app.anonymous.request(method, path, body)).status, 401)
  }
  assert.equal(await roleOf(owner.browser, member.userId), 'editor')
  assert.equal((await owner.browser.get('/v1/invitations')).body.rows.length, 1)
  assert.equal((await owner.browser.get('/v1/teams')).body.rows[0].name, 'Private')
})

test('of 50 demotions and leaves at once an owner always remains', async () => {
  const owner = await buildOwner(app)
  const others = [owner, await buildMember(app, owner, 'owner'), await buildMember(app, owner, 'owner')]
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, number) => {
      const { userId, browser } = others[number % others.length] as typeof owner
      const headers = { 'fanfare-workspace': owner.tenantId }
      if (number % 2 === 0) return browser.delete(`/v1/me/workspaces/${owner.tenantId}`, undefined, headers)
      return browser.patch(`/v1/members/${userId}`, { role: 'viewer' }, headers)
    }),
  )
  for (const { status, text } of replies) assert.ok(status < 500, text)
  const left = await app.db.withTenant(owner.tenantId, (trx) =>
    trx.selectFrom('identity.membership').selectAll().where('role', '=', 'owner').execute(),
  )
  assert.equal(left.length, 1)
  assert.ok(replies.some(({ body }) => body?.code === 'identity.last_owner'))
})

test('two owners who demote each other at the same moment leave one of them an owner', async () => {
  for (let round = 0; round < 10; round++) {
    const first = await buildOwner(app)
    const second = await buildMember(app, first, 'owner')
    const named = { 'fanfare-workspace': first.tenantId }
    const replies = await Promise.all([
      first.browser.patch(`/v1/members/${second.userId}`, { role: 'editor' }, named),
      second.browser.patch(`/v1/members/${first.userId}`, { role: 'editor' }, named),
    ])
    assert.deepEqual(replies.map(({ status }) => status).toSorted(), [200, 403])
  }
})

test('teams are made, renamed, filled and deleted; a name is taken whatever its case', async () => {
  const owner = await buildOwner(app)
  const editor = await buildMember(app, owner, 'editor')
  const team = await owner.browser.post('/v1/teams', { name: 'Support' })
  assert.equal(team.status, 201)
  const path = `/v1/teams/${team.body.id}`
  assert.equal((await owner.browser.post('/v1/teams', { name: 'SUPPORT' })).body.code, 'identity.team_taken')
  const other = (await owner.browser.post('/v1/teams', { name: 'Sales' })).body
  assert.equal(
    (await owner.browser.patch(`/v1/teams/${other.id}`, { name: 'support' })).body.code,
    'identity.team_taken',
  )
  assert.equal((await owner.browser.patch(path, { name: 'Help' })).body.name, 'Help')
  assert.equal((await owner.browser.post('/v1/teams', { name: ' ' })).status, 400)
  for (let twice = 0; twice < 2; twice++) {
    const filled = await owner.browser.put(`${path}/members/${editor.userId}`)
    assert.deepEqual(filled.body.memberIds, [editor.userId])
  }
  assert.equal((await owner.browser.put(`${path}/members/${randomUUID()}`)).body.code, 'identity.member_missing')
  assert.equal((await editor.browser.get('/v1/teams')).body.rows.length, 2)
  assert.equal((await editor.browser.delete(path)).status, 403)
  assert.equal((await owner.browser.delete(`${path}/members/${editor.userId}`)).status, 204)
  assert.equal((await owner.browser.delete(`${path}/members/${editor.userId}`)).status, 404)
  assert.equal((await owner.browser.delete(path)).status, 204)
  assert.equal((await owner.browser.delete(path)).status, 404)
})
