import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { TestApp } from '@fanfare/testkit'
import { bootIdentity, buildMember, buildOwner, signedInTo } from './factories.ts'

let app: TestApp
before(async () => {
  app = await bootIdentity()
})
after(() => app.stop())

const rolesOf = async (browser: { get: TestApp['anonymous']['get'] }) =>
  Object.fromEntries(
    (await browser.get('/v1/members')).body.rows.map((row: { userId: string; role: string }) => [row.userId, row.role]),
  )

test('ownership goes over when the other accepts, and not before', async () => {
  const owner = await buildOwner(app)
  const editor = await buildMember(app, owner, 'editor')
  const offer = await owner.browser.post('/v1/workspace/transfer', { userId: editor.userId })
  assert.equal(offer.status, 201)
  assert.equal((await editor.browser.get('/v1/workspace/transfer')).body.transfer.toUserId, editor.userId)
  assert.equal((await rolesOf(owner.browser))[editor.userId], 'editor')

  assert.equal((await editor.browser.post('/v1/workspace/transfer/accept')).status, 204)

  assert.deepEqual(await rolesOf(owner.browser), { [owner.userId]: 'admin', [editor.userId]: 'owner' })
  assert.equal((await owner.browser.get('/v1/workspace/transfer')).body.transfer, null)
})

test('of 50 acceptances at once one counts, and there is one owner at the end', async () => {
  const owner = await buildOwner(app)
  const editor = await buildMember(app, owner, 'editor')
  await owner.browser.post('/v1/workspace/transfer', { userId: editor.userId })
  const replies = await Promise.all(
    Array.from({ length: 50 }, () => editor.browser.post('/v1/workspace/transfer/accept')),
  )
  assert.equal(replies.filter(({ status }) => status === 204).length, 1)
  assert.ok(replies.every(({ status }) => status === 204 || status === 404))
  assert.deepEqual(await rolesOf(owner.browser), { [owner.userId]: 'admin', [editor.userId]: 'owner' })
})

test('an acceptance and a withdrawal at the same moment: one of them counts', async () => {
  const owner = await buildOwner(app)
  const editor = await buildMember(app, owner, 'editor')
  const named = await signedInTo(app, owner)
  await owner.browser.post('/v1/workspace/transfer', { userId: editor.userId })
  const [accepted, withdrawn] = await Promise.all([
    editor.browser.post('/v1/workspace/transfer/accept'),
    named.delete('/v1/workspace/transfer'),
  ])
  assert.deepEqual([accepted.status, withdrawn.status].toSorted(), [204, 404])
  const role = (await rolesOf(named))[editor.userId]
  assert.equal(role, accepted.status === 204 ? 'owner' : 'editor')
})

test('only an owner offers, only the named one accepts, and both can end it', async () => {
  const owner = await buildOwner(app)
  const admin = await buildMember(app, owner, 'admin')
  const viewer = await buildMember(app, owner, 'viewer')
  assert.equal((await admin.browser.post('/v1/workspace/transfer', { userId: viewer.userId })).status, 403)
  assert.equal((await owner.browser.post('/v1/workspace/transfer', { userId: randomUUID() })).status, 404)
  assert.equal((await owner.browser.post('/v1/workspace/transfer', { userId: owner.userId })).status, 400)
  await owner.browser.post('/v1/workspace/transfer', { userId: viewer.userId })
  assert.equal((await admin.browser.post('/v1/workspace/transfer/accept')).status, 404)
  assert.equal((await admin.browser.delete('/v1/workspace/transfer')).status, 404)
  assert.equal((await viewer.browser.delete('/v1/workspace/transfer')).status, 204)
  assert.equal((await viewer.browser.post('/v1/workspace/transfer/accept')).status, 404)
})

test('an offer of somebody who is no owner any more gives nothing', async () => {
  const owner = await buildOwner(app)
  const second = await buildMember(app, owner, 'owner')
  const viewer = await buildMember(app, owner, 'viewer')
  await second.browser.post('/v1/workspace/transfer', { userId: viewer.userId })
  await owner.browser.patch(`/v1/members/${second.userId}`, { role: 'editor' })
  assert.equal((await viewer.browser.post('/v1/workspace/transfer/accept')).status, 404)
  assert.equal((await rolesOf(owner.browser))[viewer.userId], 'viewer')
})
