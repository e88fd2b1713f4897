import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createTestClock, openWatcher, type TestApp } from '@fanfare/testkit'
import { permissionsOf } from '../src/contract.ts'
import { bootIdentity, buildKeyHeader, buildMember, buildOwner, type Owner, password } from './factories.ts'

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

  const line = await openWatcher(app.url, key, ['membership'])
  assert.equal((await owner.browser.delete(`/v1/api-keys/${id}`)).status, 204)
  await assert.rejects(line.next(), /closed/)
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

test('CVE-2026-22595: nobody gives a key more than they have', async () => {
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
  const { rows } = (await owner.browser.get('/v1/api-keys')).body
  assert.equal(rows[0].lastUsedAddress, '127.0.0.1')
})

const hour = 60 * 60_000
/** Says again who they are: the clock has gone on since the sign-in. */
const prove = ({ browser, email }: Owner) => browser.post('/v1/sessions', { email, password })
const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
const statusOf = async (key: string, path = '/v1/workspace') => (await app.anonymous.get(path, bearer(key))).status

test('a scoped key may do what its scopes say and nothing else of its role', async () => {
  const owner = await buildOwner(app)
  const made = await owner.browser.post('/v1/api-keys', {
    name: 'Members',
    role: 'admin',
    scopes: ['members.read', 'workspace.read', 'members.read'],
  })
  assert.equal(made.status, 201, made.text)
  assert.deepEqual(made.body.permissions, ['members.read', 'workspace.read'])
  assert.equal(made.body.isScoped, true)
  assert.equal(await statusOf(made.body.key, '/v1/members'), 200)
  assert.equal(await statusOf(made.body.key), 200)
  assert.equal(await statusOf(made.body.key, '/v1/api-keys'), 403)
  const renaming = await app.anonymous.patch('/v1/workspace', { name: 'Mine now' }, bearer(made.body.key))
  assert.equal(renaming.body.code, 'http.forbidden')
})

test('scopes are of the role, known, and at least one', async () => {
  const owner = await buildOwner(app)
  const refusals = [
    [{ role: 'viewer', scopes: ['contacts.write'] }, 'identity.scope_beyond_role'],
    [{ role: 'admin', scopes: ['everything'] }, 'http.invalid'],
    [{ role: 'admin', scopes: [] }, 'http.invalid'],
    [{ role: 'admin', allowedNetworks: ['example.com'] }, 'http.invalid'],
    [{ role: 'admin', allowedNetworks: ['010.0.0.1'] }, 'http.invalid'],
    [{ role: 'admin', expiresAt: clock.now().toISOString() }, 'identity.key_expiry_past'],
  ] as const
  for (const [wanted, code] of refusals) {
    const reply = await owner.browser.post('/v1/api-keys', { name: 'No', ...wanted })
    assert.equal(reply.status, 400, reply.text)
    assert.equal(reply.body.code, code)
  }
})

test('CVE-2026-22595: a scoped key that manages keys gives, widens and renews nothing beyond its scopes', async () => {
  const owner = await buildOwner(app)
  const scopes = ['keys.manage', 'contacts.read']
  const { key, id } = (await owner.browser.post('/v1/api-keys', { name: 'Manager', role: 'owner', scopes })).body
  const strong = (await owner.browser.post('/v1/api-keys', { name: 'Strong', role: 'owner' })).body
  const weak = (await owner.browser.post('/v1/api-keys', { name: 'Weak', role: 'viewer', scopes: ['contacts.read'] }))
    .body
  const as = bearer(key)

  const refused = [
    await app.anonymous.post('/v1/api-keys', { name: 'All', role: 'owner' }, as),
    await app.anonymous.post('/v1/api-keys', { name: 'More', role: 'owner', scopes: ['contacts.write'] }, as),
    await app.anonymous.patch(`/v1/api-keys/${id}`, { scopes: null }, as),
    await app.anonymous.patch(`/v1/api-keys/${weak.id}`, { scopes: null }, as),
    await app.anonymous.patch(`/v1/api-keys/${strong.id}`, { allowedNetworks: [] }, as),
    await app.anonymous.post(`/v1/api-keys/${strong.id}/rotate`, {}, as),
  ]
  for (const reply of refused) assert.equal(reply.body.code, 'identity.scope_beyond_caller', reply.text)

  assert.equal((await app.anonymous.post('/v1/api-keys', { name: 'Same', role: 'owner', scopes }, as)).status, 201)
  assert.equal((await app.anonymous.post(`/v1/api-keys/${weak.id}/rotate`, {}, as)).status, 200)
})

test('CVE-2025-61928: whose key it is comes from the credential, never from the body', async () => {
  const owner = await buildOwner(app)
  const stranger = await buildOwner(app)
  const made = await owner.browser.post('/v1/api-keys', {
    name: 'Mine',
    tenantId: stranger.tenantId,
    userId: stranger.userId,
    createdBy: stranger.userId,
    id: randomUUID(),
    lastUsedAt: clock.now().toISOString(),
  })
  assert.equal(made.status, 201, made.text)
  assert.equal(made.body.createdBy.id, owner.userId)
  assert.equal(made.body.lastUsedAt, null)
  assert.equal((await app.anonymous.get('/v1/workspace', bearer(made.body.key))).body.id, owner.tenantId)
  assert.deepEqual((await stranger.browser.get('/v1/api-keys')).body.rows, [])
})

test('a key stops working when it expires, and works on when it is given a later end', async () => {
  const owner = await buildOwner(app)
  const expiresAt = new Date(clock.now().getTime() + hour).toISOString()
  const { id, key } = (await owner.browser.post('/v1/api-keys', { name: 'Short', expiresAt })).body
  assert.equal(await statusOf(key), 200)
  clock.advance(hour)
  const late = await app.anonymous.get('/v1/workspace', bearer(key))
  assert.deepEqual([late.status, late.body.code], [401, 'identity.key_expired'])
  assert.equal((await owner.browser.get('/v1/api-keys')).body.rows[0].isExpired, true)

  await prove(owner)
  assert.equal((await owner.browser.patch(`/v1/api-keys/${id}`, { expiresAt: null })).status, 200)
  assert.equal(await statusOf(key), 200)
})

test('a key with an allow-list works from there only, in whatever form the address is written', async () => {
  const owner = await buildOwner(app)
  const allowedNetworks = ['192.0.2.99/24', '2001:DB8::1/32', '2001:db8::/32']
  const made = (await owner.browser.post('/v1/api-keys', { name: 'Office', allowedNetworks })).body
  assert.deepEqual(made.allowedNetworks, ['192.0.2.0/24', '2001:db8::/32'])
  const outside = await app.anonymous.get('/v1/workspace', bearer(made.key))
  assert.deepEqual([outside.status, outside.body.code], [403, 'identity.key_address'])
  assert.equal((await owner.browser.get('/v1/api-keys')).body.rows[0].lastUsedAt, null, 'a refused use is no use')

  await owner.browser.patch(`/v1/api-keys/${made.id}`, { allowedNetworks: ['::ffff:127.0.0.1'] })
  assert.equal(await statusOf(made.key), 200)
  await owner.browser.patch(`/v1/api-keys/${made.id}`, { allowedNetworks: ['::ffff:127.0.0.0/104', '::1'] })
  assert.equal(await statusOf(made.key), 200)
})

test('a rotated key works beside its former secret until the overlap ends, and has the same rights', async () => {
  const owner = await buildOwner(app)
  const first = (await owner.browser.post('/v1/api-keys', { name: 'Turning', role: 'viewer' })).body
  const second = (await owner.browser.post(`/v1/api-keys/${first.id}/rotate`, { overlapHours: 2 })).body
  assert.notEqual(second.key, first.key)
  assert.deepEqual([second.id, second.role, second.former.prefix], [first.id, 'viewer', first.prefix])
  assert.deepEqual([await statusOf(first.key), await statusOf(second.key)], [200, 200])
  clock.advance(2 * hour)
  assert.deepEqual([await statusOf(first.key), await statusOf(second.key)], [401, 200])
  assert.equal((await owner.browser.get('/v1/api-keys')).body.rows[0].former, null)

  await prove(owner)
  const third = (await owner.browser.post(`/v1/api-keys/${first.id}/rotate`, { overlapHours: 168 })).body
  assert.equal(await statusOf(second.key), 200)
  assert.equal((await owner.browser.delete(`/v1/api-keys/${first.id}/former`)).body.former, null)
  assert.deepEqual([await statusOf(second.key), await statusOf(third.key)], [401, 200])

  const fourth = (await owner.browser.post(`/v1/api-keys/${first.id}/rotate`, { overlapHours: 0 })).body
  assert.deepEqual([await statusOf(third.key), await statusOf(fourth.key)], [401, 200])
})

test('of a key that is rotated twice at the same time the last two secrets work, and never three', async () => {
  const owner = await buildOwner(app)
  const first = (await owner.browser.post('/v1/api-keys', { name: 'Twice' })).body
  const rotate = () => owner.browser.post(`/v1/api-keys/${first.id}/rotate`, {})
  const keys = (await Promise.all([rotate(), rotate()])).map(({ body }) => body.key)
  assert.deepEqual(await Promise.all([first.key, ...keys].map((key) => statusOf(key))), [401, 200, 200])
})

test('GHSA-c2c9-mfw7-p8hw: a key returns no row of another workspace and none that belongs to nobody', async () => {
  const owner = await buildOwner(app)
  const stranger = await buildOwner(app)
  await stranger.browser.post('/v1/api-keys', { name: 'Theirs' })
  const headers = await buildKeyHeader(app, owner.tenantId, 'owner')
  // The trail of the installation, where signing in is kept, is nobody's workspace.
  await app.drain()
  const keys = (await app.anonymous.get('/v1/api-keys', headers)).body.rows
  assert.deepEqual(
    keys.map(({ name }: { name: string }) => name),
    ['A key for owner'],
  )
  const entries = (await app.anonymous.get('/v1/audit', headers)).body.rows
  assert.deepEqual(new Set(entries.map(({ target }: { target: { id: string } }) => target.id)), new Set([keys[0].id]))
  const members = (await app.anonymous.get('/v1/members', headers)).body.rows
  assert.deepEqual(
    members.map(({ userId }: { userId: string }) => userId),
    [owner.userId],
  )
})

test('CVE-2026-45707: without a workspace nothing takes its place', async () => {
  const owner = await buildOwner(app)
  const { id, key } = (await owner.browser.post('/v1/api-keys', { name: 'Only' })).body
  for (const workspace of ['', 'null', '00000000-0000-0000-0000-000000000000', randomUUID()]) {
    const reply = await app.anonymous.get('/v1/workspace', { ...bearer(key), 'fanfare-workspace': workspace })
    assert.equal(reply.status, 404, `'${workspace}'`)
  }
  await app.db.withTenant(owner.tenantId, (trx) =>
    trx.deleteFrom('identity.workspace').where('tenant_id', '=', owner.tenantId).execute(),
  )
  assert.equal(await statusOf(key), 401, `key ${id} of a workspace that is gone`)
})

test("a key of somebody who left works as the workspace's own and says who made it", async () => {
  const owner = await buildOwner(app)
  const admin = await buildMember(app, owner, 'admin')
  const { key } = (await admin.browser.post('/v1/api-keys', { name: 'Legacy', role: 'admin' })).body
  assert.equal((await owner.browser.delete(`/v1/members/${admin.userId}`)).status, 204)
  assert.equal((await admin.browser.get('/v1/workspace')).status, 404)
  const { rows } = (await app.anonymous.get('/v1/api-keys', bearer(key))).body
  assert.deepEqual([rows[0].createdBy.email, rows[0].createdBy.isMember], [admin.email, false])
})

test('each change of a key is told in the audit trail with what it was before', async () => {
  const owner = await buildOwner(app)
  const { id, key } = (await owner.browser.post('/v1/api-keys', { name: 'Told', role: 'viewer' })).body
  await owner.browser.patch(`/v1/api-keys/${id}`, { name: 'Retold', scopes: ['contacts.read'] })
  const rotated = (await owner.browser.post(`/v1/api-keys/${id}/rotate`, {})).body
  await owner.browser.delete(`/v1/api-keys/${id}/former`)
  await owner.browser.delete(`/v1/api-keys/${id}`)
  await app.drain()
  const { text, body } = await owner.browser.get('/v1/audit')
  // Deliveries of events may overtake one another, so the order of entries made at the same moment is not looked at.
  const told = body.rows.map(
    ({ action, before }: { action: string; before: { name?: string } | null }) => `${action} ${before?.name}`,
  )
  assert.deepEqual(told.toSorted(), [
    'api_key.created undefined',
    'api_key.former_ended undefined',
    'api_key.revoked Retold',
    'api_key.rotated undefined',
    'api_key.updated Told',
  ])
  const updated = body.rows.find(({ action }: { action: string }) => action === 'api_key.updated')
  assert.deepEqual(updated.after, { name: 'Retold', scopes: ['contacts.read'] })
  for (const secret of [key, rotated.key]) assert.ok(!text.includes(secret))
})

test('a key that is not there is missing for every change', async () => {
  const owner = await buildOwner(app)
  const stranger = await buildOwner(app)
  const theirs = (await stranger.browser.post('/v1/api-keys', { name: 'Theirs' })).body
  for (const keyId of [theirs.id, randomUUID()]) {
    const replies = [
      await owner.browser.patch(`/v1/api-keys/${keyId}`, { name: 'Mine' }),
      await owner.browser.post(`/v1/api-keys/${keyId}/rotate`, {}),
      await owner.browser.delete(`/v1/api-keys/${keyId}/former`),
    ]
    for (const reply of replies) assert.deepEqual([reply.status, reply.body.code], [404, 'identity.api_key_missing'])
  }
  assert.equal(await statusOf(theirs.key), 200)
})
