import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Identity } from '@fanfare/identity/contract'
import type { TestApp } from '@fanfare/testkit'
import { bootIdentity, buildOwner, password } from './factories.ts'

const owner = { name: 'Ada', email: 'Ada@Example.com', password, workspaceName: 'Engines' }

/** Where nobody ever completes the setup. */
let unowned: TestApp
before(async () => {
  unowned = await bootIdentity()
})
after(() => unowned.stop())

async function tokenOf(app: TestApp): Promise<string> {
  const { url } = await app.get(Identity).findSetupLink({})
  assert.ok(url, 'there is no setup link')
  assert.ok(url.startsWith(`${app.url}/setup?token=`), url)
  return new URL(url).searchParams.get('token') as string
}

test('the link of the first start makes the owner and the workspace, signs in, and works once', async () => {
  await using app = await bootIdentity()
  const token = await tokenOf(app)
  const browser = app.browser()
  assert.deepEqual((await browser.get('/v1/setup')).body, { needed: true })

  const made = await browser.post('/v1/setup', { ...owner, token })

  assert.equal(made.status, 201)
  assert.equal(made.body.person.email, 'ada@example.com')
  assert.deepEqual(
    made.body.workspaces.map(({ name, role }: { name: string; role: string }) => ({ name, role })),
    [{ name: 'Engines', role: 'owner' }],
  )
  assert.deepEqual((await browser.get('/v1/me')).body, made.body)
  assert.deepEqual((await browser.get('/v1/setup')).body, { needed: false })
  assert.deepEqual(await app.get(Identity).findSetupLink({}), { url: null })
  const again = await app.anonymous.post('/v1/setup', { ...owner, token, email: 'second@example.com' })
  assert.equal(again.status, 409)
  assert.equal(again.body.code, 'identity.setup_done')
})

test('of fifty redemptions of the link at once, one makes an owner', async () => {
  await using app = await bootIdentity()
  const token = await tokenOf(app)

  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      app.anonymous.post('/v1/setup', { ...owner, token, email: `racer${index}@example.com` }),
    ),
  )

  const statuses = replies.map(({ status }) => status).toSorted()
  assert.deepEqual(statuses, [201, ...Array(49).fill(409)])
  assert.equal((await app.get(Identity).listWorkspaces({})).length, 1)
})

test('a wrong token makes nobody an owner', async () => {
  const reply = await unowned.anonymous.post('/v1/setup', { ...owner, token: 'guessed' })
  assert.equal(reply.status, 403)
  assert.equal(reply.body.code, 'identity.setup_token_wrong')
  assert.deepEqual((await unowned.anonymous.get('/v1/setup')).body, { needed: true })
})

test('a short password and a wrong address are refused by name', async () => {
  const token = await tokenOf(unowned)
  const short = await unowned.anonymous.post('/v1/setup', { ...owner, token, password: 'elevenchars' })
  assert.equal(short.status, 400)
  assert.equal(short.body.violations[0].path, '/body/password')
  const address = await unowned.anonymous.post('/v1/setup', { ...owner, token, email: 'nobody' })
  assert.equal(address.status, 400)
  assert.equal(address.body.violations[0].path, '/body/email')
})

test('the token is kept as a hash only', async () => {
  const token = await tokenOf(unowned)
  const row = await unowned.db.transaction((trx) =>
    trx.selectFrom('identity.setup').selectAll().executeTakeFirstOrThrow(),
  )
  assert.ok(!JSON.stringify(row).includes(token))
})

test('an account that a command made ends the setup', async () => {
  await using app = await bootIdentity()
  const token = await tokenOf(app)
  await buildOwner(app)
  assert.deepEqual((await app.anonymous.get('/v1/setup')).body, { needed: false })
  assert.equal((await app.anonymous.post('/v1/setup', { ...owner, token })).body.code, 'identity.setup_done')
})

test('the first owner gets the workspaces that were opened before, and nobody opens one after', async () => {
  await using app = await bootIdentity()
  const { tenantId } = await app.get(Identity).openWorkspace({ name: 'Demo' })

  const made = await app.anonymous.post('/v1/setup', { ...owner, token: await tokenOf(app) })

  const demo = made.body.workspaces.find(({ id }: { id: string }) => id === tenantId)
  assert.equal(demo.role, 'owner')
  await assert.rejects(app.get(Identity).openWorkspace({ name: 'Late' }), { code: 'identity.setup_done' })
})
