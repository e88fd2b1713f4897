import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Identity } from '@fanfare/identity/contract'
import type { TestApp } from '@fanfare/testkit'
import { bootIdentity, buildKeyHeader, buildOwner, password } from './factories.ts'

let app: TestApp
before(async () => {
  app = await bootIdentity()
})
after(() => app.stop())

test('with one workspace it is chosen, with two it must be named', async () => {
  const owner = await buildOwner(app)
  assert.equal((await owner.browser.get('/v1/workspace')).body.id, owner.tenantId)

  const second = await owner.browser.post('/v1/workspaces', { name: 'Second' })

  assert.equal(second.status, 201)
  assert.equal(second.body.role, 'owner')
  const unnamed = await owner.browser.get('/v1/workspace')
  assert.equal(unnamed.status >= 400 && unnamed.status < 500, true)
  assert.equal(unnamed.body.code, 'http.workspace_needed')
  const named = await owner.browser.get('/v1/workspace', { 'fanfare-workspace': second.body.id })
  assert.equal(named.body.name, 'Second')
  const me = await owner.browser.get('/v1/me')
  assert.deepEqual(
    me.body.workspaces.map(({ id }: { id: string }) => id),
    [owner.tenantId, second.body.id],
  )
})

test("another's workspace, an unknown one and a mistyped one are missing in the same way", async () => {
  const owner = await buildOwner(app)
  const stranger = await buildOwner(app)
  for (const workspace of [stranger.tenantId, randomUUID(), 'not-an-id']) {
    const reply = await owner.browser.get('/v1/workspace', { 'fanfare-workspace': workspace })
    assert.equal(reply.status, 404)
    assert.equal(reply.body.code, 'identity.workspace_missing')
  }
})

test('an owner renames the workspace and an editor does not', async () => {
  const owner = await buildOwner(app)
  const renamed = await owner.browser.patch('/v1/workspace', { name: '  New name ' })
  assert.equal(renamed.status, 200)
  assert.equal(renamed.body.name, 'New name')
  const editor = await buildKeyHeader(app, owner.tenantId, 'editor')
  assert.equal((await app.anonymous.patch('/v1/workspace', { name: 'No' }, editor)).status, 403)
  assert.equal((await app.anonymous.get('/v1/workspace', editor)).body.name, 'New name')
  assert.equal((await owner.browser.patch('/v1/workspace', { name: ' ' })).status, 400)
  assert.equal((await app.anonymous.patch('/v1/workspace', { name: 'No' })).status, 401)
})

test('members of one workspace are listed, those of another are not', async () => {
  const owner = await buildOwner(app)
  await buildOwner(app)
  const { rows } = (await owner.browser.get('/v1/members')).body
  assert.deepEqual(
    rows.map(({ userId, email, role }: Record<string, string>) => ({ userId, email, role })),
    [{ userId: owner.userId, email: owner.email, role: 'owner' }],
  )
  assert.equal((await app.anonymous.get('/v1/members')).status, 401)
})

test('a person who is provisioned twice has one account and two workspaces', async () => {
  const owner = await buildOwner(app)
  const again = { workspaceName: 'More', name: 'Again', email: owner.email, password: 'another password' }
  const second = await app.get(Identity).provision(again)
  assert.equal(second.userId, owner.userId)
  assert.equal((await app.anonymous.post('/v1/sessions', { email: owner.email, password })).status, 201)
})

test('a key cannot make workspaces: that is for a person', async () => {
  const owner = await buildOwner(app)
  const key = await buildKeyHeader(app, owner.tenantId, 'owner')
  assert.equal((await app.anonymous.post('/v1/workspaces', { name: 'No' }, key)).status, 403)
  assert.equal((await app.anonymous.post('/v1/workspaces', { name: 'No' })).status, 401)
})

test('all workspaces are listed a page at a time, in order of id', async () => {
  await buildOwner(app)
  await buildOwner(app)
  const all = await app.get(Identity).listWorkspaces({})
  const paged: string[] = []
  for (let page = await app.get(Identity).listWorkspaces({ limit: 1 }); page.length > 0; ) {
    paged.push(...page.map(({ tenantId }) => tenantId))
    page = await app.get(Identity).listWorkspaces({ limit: 1, after: paged.at(-1) as string })
  }
  assert.deepEqual(
    paged,
    all.map(({ tenantId }) => tenantId),
  )
  assert.ok(paged.length >= 2)
  assert.deepEqual(paged, paged.toSorted())
})

test('row security shows a person only their own, a tenant only itself, and nobody else anything', async () => {
  const owner = await buildOwner(app)
  const stranger = await buildOwner(app)
  // biome-ignore lint/suspicious/noExplicitAny: the tables are looked at from outside of the service
  const read = async (trx: any) => ({
    workspaces: (await trx.selectFrom('identity.workspace').select('tenant_id').execute()).length,
    memberships: (await trx.selectFrom('identity.membership').select('tenant_id').execute()).length,
    keys: (await trx.selectFrom('identity.api_key').select('id').execute()).length,
  })
  await buildKeyHeader(app, owner.tenantId, 'viewer')
  const none = { workspaces: 0, memberships: 0, keys: 0 }
  assert.deepEqual(await app.db.transaction(read), none)
  assert.deepEqual(await app.db.transaction(read, { userId: owner.userId }), { ...none, workspaces: 1, memberships: 1 })
  assert.deepEqual(await app.db.withTenant(owner.tenantId, read), { workspaces: 1, memberships: 1, keys: 1 })
  assert.deepEqual(await app.db.withTenant(stranger.tenantId, read), { workspaces: 1, memberships: 1, keys: 0 })
})
