import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestClock, type TestApp } from '@fanfare/testkit'
import { sql } from 'kysely'
import { bootIdentity, buildOwner, password } from './factories.ts'
import { mailsTo, tokenTo } from './mails.ts'

const clock = createTestClock()
let app: TestApp
before(async () => {
  app = await bootIdentity({ clock })
})
after(() => app.stop())

const other = 'seven quiet rivers'

async function askedToken(email: string): Promise<string> {
  assert.equal((await app.anonymous.post('/v1/password-resets', { email })).status, 202)
  return tokenTo(app, email)
}

function finish(token: string, chosen = other) {
  return app.anonymous.post('/v1/password-resets/finish', { token, password: chosen })
}

async function canSignIn(email: string, tried: string): Promise<boolean> {
  return (await app.anonymous.post('/v1/sessions', { email, password: tried })).status === 201
}

test('CVE-2026-34828, GHSA-h5j9-cvrw-v5qh: a reset by the mailed link sets the password and ends every session (ASVS 7.4.3)', async () => {
  const { email, browser } = await buildOwner(app)
  const elsewhere = app.browser()
  await elsewhere.post('/v1/sessions', { email, password })
  const token = await askedToken(email)
  assert.equal((await browser.get('/v1/me')).status, 200)

  const done = await finish(token)

  assert.equal(done.status, 204)
  assert.equal((await browser.get('/v1/me')).status, 401)
  assert.equal((await elsewhere.get('/v1/me')).status, 401)
  assert.equal(await canSignIn(email, password), false)
  assert.equal(await canSignIn(email, other), true)
  assert.match((await mailsTo(app, email))[0]?.subject ?? '', /was changed/)
})

test('CVE-2026-34828: a sign-in with the old password that overlaps the reset leaves no session behind', async () => {
  const { email } = await buildOwner(app)
  const token = await askedToken(email)
  const browsers = Array.from({ length: 20 }, () => app.browser())
  const signIns = browsers.map((browser) => browser.post('/v1/sessions', { email, password }))
  const [done] = await Promise.all([finish(token), ...signIns])
  assert.equal(done.status, 204)
  for (const browser of browsers) assert.equal((await browser.get('/v1/me')).status, 401)
})

test('a reset signs nobody in, so it stands in for no second factor (ASVS 6.4.3)', async () => {
  const { email } = await buildOwner(app)
  const done = await finish(await askedToken(email))
  const cookies = done.headers.getSetCookie().map((line) => line.split('=', 1)[0])
  assert.deepEqual([done.status, done.text, cookies], [204, '', ['fanfare_device']], 'known, and not signed in')
})

test('AU-03: known and unknown addresses get the same reply, and nothing is sent to an unknown one (ASVS 6.3.8)', async () => {
  const { email } = await buildOwner(app)
  const known = await app.anonymous.post('/v1/password-resets', { email })
  const unknown = await app.anonymous.post('/v1/password-resets', { email: 'unknown@example.com' })
  assert.deepEqual([known.status, known.text], [unknown.status, unknown.text])
  assert.deepEqual([...known.headers.keys()].toSorted(), [...unknown.headers.keys()].toSorted())
  assert.deepEqual(await mailsTo(app, 'unknown@example.com'), [])
  assert.equal((await mailsTo(app, email)).length, 1)
})

test('AU-07, GHSA-rggr-4hvx: of fifty resets with one link at once, one sets the password', async () => {
  const { email } = await buildOwner(app)
  const token = await askedToken(email)
  const chosen = Array.from({ length: 50 }, (_, index) => `${other} and ${index} hills`)
  const replies = await Promise.all(chosen.map((each) => finish(token, each)))
  const won = replies.flatMap(({ status }, index) => (status === 204 ? [chosen[index] as string] : []))
  assert.equal(won.length, 1)
  assert.ok(replies.every(({ status }) => status === 204 || status === 403))
  assert.equal(await canSignIn(email, won[0] as string), true)
})

test('AU-07: a link lasts thirty minutes, and a newer one ends it', async () => {
  const { email } = await buildOwner(app)
  const first = await askedToken(email)
  clock.advance(61_000)
  const second = await askedToken(email)
  assert.equal((await finish(first)).body.code, 'identity.link_spent')
  clock.advance(30 * 60_000)
  assert.equal((await finish(second)).body.code, 'identity.link_spent')
  assert.equal(await canSignIn(email, password), true)
})

test('a link of one account sets the password of no other, whatever the body says', async () => {
  const { email, userId } = await buildOwner(app)
  const victim = await buildOwner(app)
  const token = await askedToken(email)
  const body = { token, password: other, email: victim.email, userId: victim.userId, accountId: victim.userId }
  assert.equal((await app.anonymous.post('/v1/password-resets/finish', body)).status, 204)
  assert.equal(await canSignIn(victim.email, password), true)
  assert.notEqual(userId, victim.userId)
})

test('a link for another purpose is no link to set a password', async () => {
  const { email, browser } = await buildOwner(app)
  await browser.post('/v1/me/email-verification')
  const token = await tokenTo(app, email)
  assert.equal((await finish(token)).status, 403)
  assert.equal((await app.anonymous.post('/v1/email-verifications/finish', { token })).status, 204)
})

test('a refused password leaves the link as it was', async () => {
  const { email } = await buildOwner(app)
  const token = await askedToken(email)
  const weak = await finish(token, email)
  assert.deepEqual([weak.status, weak.body.code], [400, 'identity.password_refused'])
  assert.match(weak.body.violations[0].message, /names and addresses/)
  assert.equal((await finish(token)).status, 204)
})

test('asking again and again sends one mail a minute', async () => {
  const { email } = await buildOwner(app)
  for (let round = 0; round < 5; round += 1) await app.anonymous.post('/v1/password-resets', { email })
  assert.equal((await mailsTo(app, email)).length, 1)
})

test('the queue holds neither addresses nor links in the clear', async () => {
  const { email } = await buildOwner(app)
  const token = await askedToken(email)
  const rows = await app.db.transaction(async (trx) => {
    await sql`set local role none`.execute(trx)
    return trx.selectFrom('kernel_jobs.job').select('data').execute()
  })
  const kept = JSON.stringify(rows)
  assert.ok(rows.length > 0)
  assert.ok(!kept.includes(email) && !kept.includes(token))
})
