import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { countTenantRows, Jobs } from '@fanfare/kernel'
import { createTestClock, type TestApp } from '@fanfare/testkit'
import { KeepWorkspaces } from '../src/workspaces/upkeep.ts'
import { bootIdentity, buildKeyHeader, buildMember, buildOwner, password } from './factories.ts'

let app: TestApp
const clock = createTestClock()
before(async () => {
  app = await bootIdentity({ clock })
})
after(() => app.stop())

const dayMs = 24 * 60 * 60 * 1_000

async function nameOf(owner: Awaited<ReturnType<typeof buildOwner>>): Promise<string> {
  return (await owner.browser.get('/v1/workspace')).body.name
}

async function keep(): Promise<void> {
  await app.get(Jobs).enqueue(KeepWorkspaces, {})
  await app.drain()
}

test('a deletion wants an owner, the typed name and a recent proof', async () => {
  const owner = await buildOwner(app)
  const admin = await buildMember(app, owner, 'admin')
  const key = await buildKeyHeader(app, owner.tenantId, 'owner')
  const name = await nameOf(owner)
  assert.equal((await admin.browser.post('/v1/workspace/deletion', { name })).status, 403)
  assert.equal((await app.anonymous.post('/v1/workspace/deletion', { name }, key)).body.code, 'http.person_needed')
  assert.equal((await app.anonymous.post('/v1/workspace/deletion', { name })).status, 401)
  const mistyped = await owner.browser.post('/v1/workspace/deletion', { name: `${name}!` })
  assert.equal(mistyped.body.code, 'identity.name_mistyped')
  clock.advance(11 * 60_000)
  assert.equal((await owner.browser.post('/v1/workspace/deletion', { name })).body.code, 'http.proof_needed')
  assert.equal((await owner.browser.get('/v1/workspace')).body.deletionAt, null)
})

test('within its grace a workspace can be read, not changed, and brought back by an owner', async () => {
  const owner = await buildOwner(app)
  const admin = await buildMember(app, owner, 'admin')
  const asked = await owner.browser.post('/v1/workspace/deletion', { name: await nameOf(owner) })
  assert.equal(asked.status, 200)
  const graceMs = Date.parse(asked.body.deletionAt) - clock.now().getTime()
  assert.ok(graceMs > 6.9 * dayMs && graceMs <= 7 * dayMs)
  assert.equal((await owner.browser.get('/v1/members')).status, 200)
  assert.equal((await owner.browser.patch('/v1/workspace', { name: 'No' })).body.code, 'http.workspace_halted')
  assert.equal((await owner.browser.post('/v1/workspace/exports')).status, 201)
  assert.equal((await admin.browser.delete('/v1/workspace/deletion')).status, 403)
  clock.advance(6 * dayMs)
  await keep()

  const undone = await owner.browser.delete('/v1/workspace/deletion')

  assert.equal(undone.status, 200)
  assert.equal(undone.body.deletionAt, null)
  assert.equal((await owner.browser.patch('/v1/workspace', { name: 'Kept' })).status, 200)
  assert.equal((await owner.browser.delete('/v1/workspace/deletion')).body.code, 'identity.deletion_gone')
  clock.advance(2 * dayMs)
  await keep()
  assert.equal((await owner.browser.get('/v1/workspace')).body.name, 'Kept')
})

test('after its grace nothing is left of a workspace; its people keep their accounts and other workspaces', async () => {
  const owner = await buildOwner(app)
  const other = await buildOwner(app)
  const second = (await owner.browser.post('/v1/workspaces', { name: 'Second' })).body
  await buildKeyHeader(app, owner.tenantId, 'viewer')
  await owner.browser.post('/v1/teams', { name: 'A team' }, { 'fanfare-workspace': owner.tenantId })
  const before = await countTenantRows(app.db, other.tenantId)
  const named = { 'fanfare-workspace': owner.tenantId }
  const { name } = (await owner.browser.get('/v1/workspace', named)).body
  await owner.browser.post('/v1/workspace/deletion', { name }, named)
  await app.drain()
  clock.advance(7 * dayMs)
  assert.equal((await owner.browser.delete('/v1/workspace/deletion', undefined, named)).status, 404)

  await keep()

  assert.deepEqual([...(await countTenantRows(app.db, owner.tenantId))], [])
  assert.deepEqual(await countTenantRows(app.db, other.tenantId), before)
  await owner.browser.post('/v1/sessions', { email: owner.email, password })
  assert.deepEqual(
    (await owner.browser.get('/v1/me')).body.workspaces.map(({ id }: { id: string }) => id),
    [second.id],
  )
})
