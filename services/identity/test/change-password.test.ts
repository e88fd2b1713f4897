import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestApp } from '@fanfare/testkit'
import bcrypt from 'bcrypt'
import { createPasswords } from '../src/passwords.ts'
import { bootIdentity, buildOwner, password } from './factories.ts'
import { mailsTo, tokenTo } from './mails.ts'

let app: TestApp
before(async () => {
  app = await bootIdentity()
})
after(() => app.stop())

const other = 'seven quiet rivers'
const change = { currentPassword: password, password: other }

function hashOf(email: string): Promise<string> {
  return app.db.transaction(async (trx) => {
    const row = await trx
      .selectFrom('identity.account')
      .selectAll()
      .where('email', '=', email)
      .executeTakeFirstOrThrow()
    return row.password_hash as string
  })
}

test('CVE-2026-34828: a new password ends all other sessions and keeps this one (ASVS 7.4.3)', async () => {
  const { email, browser } = await buildOwner(app)
  const elsewhere = app.browser()
  await elsewhere.post('/v1/sessions', { email, password })

  const done = await browser.put('/v1/me/password', change)

  assert.equal(done.status, 204)
  assert.equal((await browser.get('/v1/me')).status, 200)
  assert.equal((await elsewhere.get('/v1/me')).status, 401)
  assert.equal((await app.anonymous.post('/v1/sessions', { email, password })).status, 401)
  assert.equal((await app.anonymous.post('/v1/sessions', { email, password: other })).status, 201)
  assert.match((await mailsTo(app, email))[0]?.text ?? '', /was changed/)
})

test('the current password is asked for, also of a session that is signed in (ASVS 6.2.3)', async () => {
  const { email, browser } = await buildOwner(app)
  const wrong = await browser.put('/v1/me/password', { ...change, currentPassword: 'not the one at all' })
  assert.deepEqual([wrong.status, wrong.body.code], [403, 'identity.password_wrong'])
  assert.equal(wrong.body.violations[0].path, '/body/currentPassword')
  const missing = await browser.put('/v1/me/password', { password: other })
  assert.deepEqual([missing.status, missing.body.violations[0].path], [400, '/body/currentPassword'])
  assert.equal((await app.anonymous.post('/v1/sessions', { email, password })).status, 201)
})

test('a new password ends the links to set one that were sent before', async () => {
  const { email, browser } = await buildOwner(app)
  await app.anonymous.post('/v1/password-resets', { email })
  const token = await tokenTo(app, email)
  await browser.put('/v1/me/password', change)
  const late = await app.anonymous.post('/v1/password-resets/finish', { token, password: 'nine loud mountains' })
  assert.equal(late.status, 403)
})

test('of two changes from the same password at once, one counts', async () => {
  const { email, browser } = await buildOwner(app)
  const elsewhere = app.browser()
  await elsewhere.post('/v1/sessions', { email, password })
  const chosen = ['nine loud mountains', 'five green valleys']
  const replies = await Promise.all([
    browser.put('/v1/me/password', { ...change, password: chosen[0] }),
    elsewhere.put('/v1/me/password', { ...change, password: chosen[1] }),
  ])
  const won = replies.findIndex(({ status }) => status === 204)
  assert.equal(replies.filter(({ status }) => status === 204).length, 1)
  assert.equal((await app.anonymous.post('/v1/sessions', { email, password: chosen[won] })).status, 201)
})

test('a weak password is refused with its reason, and the old one stays', async () => {
  const { email, browser } = await buildOwner(app)
  const weak = await browser.put('/v1/me/password', { ...change, password: 'qwertyqwerty' })
  assert.deepEqual(
    [weak.status, weak.body.code, weak.body.detail],
    [400, 'identity.password_refused', { reason: 'common' }],
  )
  assert.equal((await app.anonymous.post('/v1/sessions', { email, password })).status, 201)
})

test('nobody changes a password without a session', async () => {
  assert.equal((await app.anonymous.put('/v1/me/password', change)).status, 401)
})

test('a hash that was made at another cost is made anew at the next sign-in', async () => {
  const { email } = await buildOwner(app)
  const cheap = await createPasswords(5).hash(password)
  await app.db.transaction((trx) =>
    trx.updateTable('identity.account').set({ password_hash: cheap }).where('email', '=', email).execute(),
  )
  assert.equal((await app.anonymous.post('/v1/sessions', { email, password: 'not the one at all' })).status, 401)
  assert.equal(await hashOf(email), cheap)

  assert.equal((await app.anonymous.post('/v1/sessions', { email, password })).status, 201)

  assert.equal(bcrypt.getRounds(await hashOf(email)), 4)
  const renewed = await hashOf(email)
  assert.equal((await app.anonymous.post('/v1/sessions', { email, password })).status, 201)
  assert.equal(await hashOf(email), renewed)
})

test('an account without a password is opened by none, not even by an empty one', async () => {
  const { email, browser } = await buildOwner(app)
  await app.db.transaction((trx) =>
    trx.updateTable('identity.account').set({ password_hash: null }).where('email', '=', email).execute(),
  )
  for (const tried of ['', 'null', password]) {
    assert.equal((await app.anonymous.post('/v1/sessions', { email, password: tried })).status, 401)
  }
  assert.equal((await browser.get('/v1/me')).body.person.hasPassword, false)
  assert.equal((await browser.put('/v1/me/password', change)).body.code, 'identity.password_unset')
})
