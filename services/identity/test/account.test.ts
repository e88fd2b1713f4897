import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTestClock, type TestApp } from '@fanfare/testkit'
import { installation } from '../src/installation.ts'
import { bootIdentity, buildKeyHeader, buildOwner, password } from './factories.ts'
import { mailsTo, tokenTo } from './mails.ts'

const clock = createTestClock()
let app: TestApp
before(async () => {
  app = await bootIdentity({ clock })
})
after(() => app.stop())

async function addMember(tenantId: string, userId: string, role: string): Promise<void> {
  await app.db.withTenant(tenantId, (trx) =>
    trx
      .insertInto('identity.membership')
      .values({ tenant_id: tenantId, account_id: userId, role, created_at: clock.now() })
      .execute(),
  )
}

/** Lets go of the workspace that an owner was made with, so that they own none. */
async function leave(tenantId: string, userId: string, successor: string): Promise<void> {
  await addMember(tenantId, successor, 'owner')
  await app.db.withTenant(tenantId, (trx) =>
    trx.deleteFrom('identity.membership').where('tenant_id', '=', tenantId).where('account_id', '=', userId).execute(),
  )
}

/** What the trail of the installation says of an account, once its deletion has found a place there. */
async function trailOf(userId: string) {
  for (;;) {
    const entries = await app.db.withTenant(installation, (trx) =>
      trx.selectFrom('identity.audit').selectAll().where('target_id', '=', userId).orderBy('sequence').execute(),
    )
    if (entries.some(({ action }) => action === 'account.deleted')) return entries
    await sleep(50)
  }
}

function countMembers(tenantId: string) {
  return app.db.withTenant(tenantId, (trx) =>
    trx.selectFrom('identity.membership').select('account_id').where('tenant_id', '=', tenantId).execute(),
  )
}

test('CVE-2025-61928: a name changes for the caller only, whoever the body names', async () => {
  const { browser, userId } = await buildOwner(app)
  const victim = await buildOwner(app)
  const body = {
    name: '  Ada Lovelace ',
    id: victim.userId,
    userId: victim.userId,
    email: 'eve@example.com',
    isOperator: true,
  }

  const done = await browser.patch('/v1/me', body)

  assert.equal(done.status, 200)
  const { id, name, email, isOperator } = done.body.person
  assert.deepEqual(
    [id, name, isOperator],
    [userId, 'Ada Lovelace', (await browser.get('/v1/me')).body.person.isOperator],
  )
  assert.notEqual(email, 'eve@example.com')
  assert.notEqual((await victim.browser.get('/v1/me')).body.person.name, 'Ada Lovelace')
})

test('a name is asked of a person, not of a key, and must not be empty', async () => {
  const { browser, tenantId } = await buildOwner(app)
  assert.equal((await app.anonymous.patch('/v1/me', { name: 'Ada' })).status, 401)
  assert.equal(
    (await app.anonymous.patch('/v1/me', { name: 'Ada' }, await buildKeyHeader(app, tenantId, 'owner'))).status,
    403,
  )
  const empty = await browser.patch('/v1/me', { name: ' ' })
  assert.deepEqual([empty.status, empty.body.violations[0].path], [400, '/body/name'])
})

test('deleting an account ends its sessions and memberships, frees the address and leaves nothing that names the person', async () => {
  const { email, userId, tenantId, browser } = await buildOwner(app)
  const successor = await buildOwner(app)
  await addMember(tenantId, successor.userId, 'owner')
  const elsewhere = app.browser()
  await elsewhere.post('/v1/sessions', { email, password })

  const done = await browser.delete('/v1/me')

  assert.equal(done.status, 204)
  assert.match(done.headers.getSetCookie().join(), /fanfare_session=;/)
  assert.equal((await elsewhere.get('/v1/me')).status, 401)
  assert.deepEqual(
    (await countMembers(tenantId)).map(({ account_id }) => account_id),
    [successor.userId],
  )
  const rows = await app.db.transaction((trx) =>
    trx
      .selectFrom('identity.account')
      .select('id')
      .where((eb) => eb.or([eb('id', '=', userId), eb('email', '=', email)]))
      .execute(),
  )
  assert.deepEqual(rows, [])
  assert.match((await mailsTo(app, email))[0]?.subject ?? '', /was deleted/)
  assert.equal((await app.anonymous.post('/v1/sessions', { email, password })).status, 401)
})

test('the only owner of a workspace cannot go before it has another one, and is told which', async () => {
  const { tenantId, browser } = await buildOwner(app)
  const name = (await browser.get('/v1/workspace')).body.name
  const refused = await browser.delete('/v1/me')
  assert.deepEqual([refused.status, refused.body.code], [409, 'identity.only_owner'])
  assert.match(refused.body.title, new RegExp(name))
  assert.equal((await browser.get('/v1/me')).status, 200)
  assert.equal((await countMembers(tenantId)).length, 1)

  const editor = await buildOwner(app)
  await addMember(tenantId, editor.userId, 'editor')
  assert.equal((await browser.delete('/v1/me')).status, 409)
})

test('a member who owns nothing goes without further ado', async () => {
  const { tenantId, userId } = await buildOwner(app)
  const member = await buildOwner(app)
  await leave(member.tenantId, member.userId, userId)
  await addMember(tenantId, member.userId, 'viewer')
  assert.equal((await member.browser.delete('/v1/me')).status, 204)
  assert.deepEqual(
    (await countMembers(tenantId)).map(({ account_id }) => account_id),
    [userId],
  )
})

test('of two owners who go at the same moment, one stays', async () => {
  const one = await buildOwner(app)
  const other = await buildOwner(app)
  await addMember(one.tenantId, other.userId, 'owner')
  await leave(other.tenantId, other.userId, (await buildOwner(app)).userId)
  const statuses = (await Promise.all([one.browser.delete('/v1/me'), other.browser.delete('/v1/me')])).map(
    ({ status }) => status,
  )
  assert.deepEqual(statuses.toSorted(), [204, 409])
  assert.equal((await countMembers(one.tenantId)).length, 1)
})

test('deleting an account takes a recent proof of who one is (ASVS 7.5.1)', async () => {
  const { browser } = await buildOwner(app)
  clock.advance(10 * 60_000 + 1)
  assert.equal((await browser.delete('/v1/me')).body.code, 'http.proof_needed')
  assert.equal((await app.anonymous.delete('/v1/me')).status, 401)
})

test('each change of an account leaves an entry in the trail, without an address or a password (ASVS 16.3.1)', async () => {
  const { browser, email, userId } = await buildOwner(app)
  await browser.patch('/v1/me', { name: 'Ada' })
  await browser.put('/v1/me/password', { currentPassword: password, password: 'seven quiet rivers' })
  await browser.post('/v1/me/email', { email: 'trail@example.com' })
  await app.anonymous.post('/v1/email-changes/finish', { token: await tokenTo(app, 'trail@example.com') })
  await app.anonymous.post('/v1/email-changes/undo', { token: await tokenTo(app, email) })
  const finish = { token: await tokenTo(app, email, /Set a new password/), password: 'nine loud mountains' }
  await app.anonymous.post('/v1/password-resets/finish', finish)
  const again = app.browser()
  await again.post('/v1/sessions', { email, password: finish.password })
  await again.post('/v1/me/email-verification')
  await leave((await again.get('/v1/workspace')).body.id, userId, (await buildOwner(app)).userId)
  await again.delete('/v1/me')

  const own = await trailOf(userId)

  const changes = own.map(({ action }) => action).filter((action) => !action.startsWith('session.'))
  assert.deepEqual(changes, [
    'account.renamed',
    'password.changed',
    'email.change_asked',
    'email.changed',
    'email.change_undone',
    'password.reset',
    'account.deleted',
  ])
  assert.ok(own.every(({ actor_id }) => actor_id === userId))
  const kept = JSON.stringify(own)
  for (const secret of [email, 'trail@example.com', password, finish.password, 'Ada'])
    assert.ok(!kept.includes(secret), secret)
})

test('mails that were not sent are shown to who set up the installation, and to nobody else', async () => {
  await using fresh = await bootIdentity()
  const operator = await buildOwner(fresh)
  const owner = await buildOwner(fresh)
  await owner.browser.post('/v1/me/email-verification')
  await fresh.drain()

  const shown = await operator.browser.get('/v1/system/mail')

  assert.equal(shown.status, 200)
  assert.equal(shown.body.mailServer, false)
  assert.deepEqual(
    shown.body.rows.map(({ to }: { to: string }) => to),
    [owner.email],
  )
  assert.match(shown.body.rows[0].text, /#token=/)
  const refused = await owner.browser.get('/v1/system/mail')
  assert.deepEqual([refused.status, refused.body.code], [403, 'identity.operator_only'])
  const key = await buildKeyHeader(fresh, operator.tenantId, 'owner')
  assert.equal((await fresh.anonymous.get('/v1/system/mail', key)).status, 403)
  assert.equal((await fresh.anonymous.get('/v1/system/mail')).status, 401)
  const rows = await fresh.db.transaction((trx) => trx.selectFrom('identity.kept_mail').selectAll().execute())
  assert.ok(!JSON.stringify(rows).includes(owner.email))
})
