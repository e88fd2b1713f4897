import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createTestClock, type TestApp } from '@fanfare/testkit'
import { permissionsOf } from '../src/contract.ts'
import { bootIdentity, buildKeyHeader, buildOwner } from './factories.ts'

const clock = createTestClock()
let app: TestApp
before(async () => {
  app = await bootIdentity({ clock })
})
after(() => app.stop())

test('a key is shown once, works, is listed without itself, and stops working when it is deleted', async () => {
  const owner = await buildOwner(app)
  const issued = await owner.browser.post('/v1/api-keys', { name: 'Sync', role: 'editor' })
  assert.equal(issued.status, 201)
  const { id, key, prefix } = issued.body
  const headers = { authorization: `Bearer ${key}` }
  assert.match(key, /^ff_[A-Za-z0-9_-]{22}_[0-9a-f]{40}_[0-9a-z]{7}$/)
  assert.ok(key.startsWith(prefix))

  assert.deepEqual((await app.anonymous.get('/v1/workspace', headers)).body.role, 'editor')
  const listed = await owner.browser.get('/v1/api-keys')
  assert.deepEqual(
    listed.body.rows.map((row: { id: string }) => row.id),
    [id],
  )
  assert.ok(!listed.text.includes(key))

  assert.equal((await owner.browser.delete(`/v1/api-keys/${id}`)).status, 204)
  const after = await app.anonymous.get('/v1/workspace', headers)
  assert.equal(after.status, 401)
  assert.equal(after.body.code, 'identity.key_unknown')
})

test('the key is kept as a hash only', async () => {
  const owner = await buildOwner(app)
  const { key, prefix } = (await owner.browser.post('/v1/api-keys', { name: 'Hashed' })).body
  const rows = await app.db.withTenant(owner.tenantId, (trx) =>
    trx.selectFrom('identity.api_key').selectAll().execute(),
  )
  assert.ok(!JSON.stringify(rows).includes(key.slice(prefix.length)))
})

test('a key that is mistyped, made up or of another installation is refused', async () => {
  const owner = await buildOwner(app)
  const { key } = (await owner.browser.post('/v1/api-keys', { name: 'Real' })).body
  const last = key.at(-1) === '0' ? '1' : '0'
  for (const wrong of ['nonsense', key.slice(0, -1), key.slice(0, -1) + last, `${key}0`, key.toUpperCase()]) {
    const reply = await app.anonymous.get('/v1/workspace', { authorization: `Bearer ${wrong}` })
    assert.equal(reply.status, 401, wrong)
  }
})

test('a key stays in its own workspace', async () => {
  const owner = await buildOwner(app)
  const stranger = await buildOwner(app)
  const headers = await buildKeyHeader(app, owner.tenantId, 'owner')
  const own = await app.anonymous.get('/v1/workspace', { ...headers, 'fanfare-workspace': owner.tenantId })
  assert.equal(own.status, 200)
  const other = await app.anonymous.get('/v1/workspace', { ...headers, 'fanfare-workspace': stranger.tenantId })
  assert.equal(other.status, 404)
  assert.equal(other.body.code, 'identity.workspace_missing')
})

test('a viewer and an editor manage no keys, and nobody without a credential does', async () => {
  const owner = await buildOwner(app)
  for (const role of ['viewer', 'editor'] as const) {
    const headers = await buildKeyHeader(app, owner.tenantId, role)
    assert.equal((await app.anonymous.get('/v1/api-keys', headers)).status, 403)
    assert.equal((await app.anonymous.post('/v1/api-keys', { name: 'No' }, headers)).status, 403)
    assert.equal((await app.anonymous.delete(`/v1/api-keys/${randomUUID()}`, undefined, headers)).status, 403)
  }
  assert.equal((await app.anonymous.get('/v1/api-keys')).status, 401)
})

test('a key that sends messages can do nothing else', async () => {
  const owner = await buildOwner(app)
  const made = await owner.browser.post('/v1/api-keys', { name: 'Shop', role: 'sender' })
  assert.equal(made.status, 201, made.text)
  assert.deepEqual([...permissionsOf('sender')], ['messages.read', 'messages.send'])
  const headers = { authorization: `Bearer ${made.body.key}` }
  for (const path of ['/v1/workspace', '/v1/api-keys', '/v1/members']) {
    assert.equal((await app.anonymous.get(path, headers)).status, 403, path)
  }
})

test('nobody gives a key more than they have', async () => {
  const owner = await buildOwner(app)
  const admin = await buildKeyHeader(app, owner.tenantId, 'admin')
  const above = await app.anonymous.post('/v1/api-keys', { name: 'Up', role: 'owner' }, admin)
  assert.equal(above.status, 403)
  assert.equal(above.body.code, 'identity.role_too_high')
  assert.equal((await app.anonymous.post('/v1/api-keys', { name: 'Level', role: 'admin' }, admin)).status, 201)
})

test("an unknown key and another workspace's are missing in the same way", async () => {
  const owner = await buildOwner(app)
  const stranger = await buildOwner(app)
  const theirs = (await stranger.browser.post('/v1/api-keys', { name: 'Theirs' })).body
  for (const keyId of [theirs.id, randomUUID()]) {
    const reply = await owner.browser.delete(`/v1/api-keys/${keyId}`)
    assert.equal(reply.status, 404)
    assert.equal(reply.body.code, 'identity.api_key_missing')
  }
  assert.equal((await owner.browser.delete('/v1/api-keys/not-an-id')).status, 400)
  assert.equal((await stranger.browser.get('/v1/api-keys')).body.rows.length, 1)
})

test('the last use is told to the minute', async () => {
  const owner = await buildOwner(app)
  const { id, key } = (await owner.browser.post('/v1/api-keys', { name: 'Busy' })).body
  const lastUse = async () => {
    await app.anonymous.get('/v1/workspace', { authorization: `Bearer ${key}` })
    const { rows } = (await owner.browser.get('/v1/api-keys')).body
    return rows.find((row: { id: string }) => row.id === id).lastUsedAt
  }
  const first = await lastUse()
  clock.advance(10_000)
  assert.equal(await lastUse(), first)
  clock.advance(60_000)
  assert.notEqual(await lastUse(), first)
})
