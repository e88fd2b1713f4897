import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Identity } from '@fanfare/identity/contract'
import type { TestApp } from '@fanfare/testkit'
import { bootIdentity, buildKeyHeader, buildMember, buildOwner, inviteAs } from './factories.ts'

let app: TestApp
before(async () => {
  app = await bootIdentity()
})
after(() => app.stop())

const reason = 'complaints of many recipients'

test('a suspended workspace is shown as such, can be read and not changed, by people and by keys', async () => {
  const owner = await buildOwner(app)
  const key = await buildKeyHeader(app, owner.tenantId, 'owner')
  await app.get(Identity).suspendWorkspace({ tenantId: owner.tenantId, reason })

  const me = (await owner.browser.get('/v1/me')).body
  assert.equal(me.workspaces[0].suspended.reason, reason)
  assert.equal((await owner.browser.get('/v1/workspace')).status, 200)
  assert.equal((await app.anonymous.get('/v1/members', key)).status, 200)
  for (const reply of [
    await owner.browser.patch('/v1/workspace', { name: 'No' }),
    await app.anonymous.patch('/v1/workspace', { name: 'No' }, key),
    await app.anonymous.post('/v1/teams', { name: 'No' }, key),
  ]) {
    assert.equal(reply.status, 403)
    assert.equal(reply.body.code, 'http.workspace_halted')
    assert.match(reply.body.title, /suspended by the operator.*complaints of many recipients.*can be read, not changed/)
  }

  await app.get(Identity).resumeWorkspace({ tenantId: owner.tenantId })
  assert.equal((await owner.browser.get('/v1/me')).body.workspaces[0].suspended, null)
  assert.equal((await owner.browser.patch('/v1/workspace', { name: 'Yes' })).status, 200)
})

test('nobody joins a suspended workspace; who is in it can leave it', async () => {
  const owner = await buildOwner(app)
  const viewer = await buildMember(app, owner, 'viewer')
  const person = await buildOwner(app)
  const token = await inviteAs(owner.browser, person.email, 'viewer')
  await app.get(Identity).suspendWorkspace({ tenantId: owner.tenantId, reason: '' })
  const refused = await person.browser.post('/v1/invitations/accept', { token })
  assert.equal(refused.body.code, 'identity.workspace_halted')
  assert.equal((await viewer.browser.delete(`/v1/me/workspaces/${owner.tenantId}`)).status, 204)
  await app.get(Identity).resumeWorkspace({ tenantId: owner.tenantId })
  assert.equal((await person.browser.post('/v1/invitations/accept', { token })).status, 200)
})

test('a workspace that does not exist is neither suspended nor resumed', async () => {
  const tenantId = randomUUID()
  await assert.rejects(app.get(Identity).suspendWorkspace({ tenantId, reason }), { code: 'identity.workspace_missing' })
  await assert.rejects(app.get(Identity).resumeWorkspace({ tenantId }), { code: 'identity.workspace_missing' })
})
