import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestClock, type TestApp, type TestClient } from '@fanfare/testkit'
import { bootIdentity, buildOwner, password } from './factories.ts'
import { mailsTo, tokenTo } from './mails.ts'

const clock = createTestClock()
let app: TestApp
before(async () => {
  app = await bootIdentity({ clock })
})
after(() => app.stop())

const dayMs = 24 * 60 * 60_000
let addresses = 0

function newAddress(): string {
  addresses += 1
  return `new${addresses}@example.com`
}

async function ask(browser: TestClient, email: string): Promise<void> {
  assert.equal((await browser.post('/v1/me/email', { email })).status, 202)
}

function finish(token: string, client: TestClient = app.anonymous) {
  return client.post('/v1/email-changes/finish', { token })
}

function undo(token: string) {
  return app.anonymous.post('/v1/email-changes/undo', { token })
}

async function emailOf(userId: string): Promise<string> {
  const row = await app.db.transaction((trx) =>
    trx.selectFrom('identity.account').select('email').where('id', '=', userId).executeTakeFirstOrThrow(),
  )
  return row.email
}

/** Changes the address and returns the token of the link to undo it. */
async function change(browser: TestClient, { from, to }: { from: string; to: string }): Promise<string> {
  await ask(browser, to)
  assert.equal((await finish(await tokenTo(app, to), browser)).status, 200)
  return tokenTo(app, from)
}

test('an address changes when its link is used; both addresses are told (ASVS 6.3.7)', async () => {
  const { email, userId, browser } = await buildOwner(app)
  const to = newAddress()
  await ask(browser, ` ${to.toUpperCase()}`)
  assert.equal(await emailOf(userId), email)
  assert.match((await mailsTo(app, email))[0]?.text ?? '', new RegExp(`asked to change its address to ${to}`))

  const done = await finish(await tokenTo(app, to), browser)

  assert.deepEqual([done.status, done.body], [200, { email: to }])
  const { person } = (await browser.get('/v1/me')).body
  assert.deepEqual([person.email, person.emailVerified], [to, true])
  assert.match((await mailsTo(app, email))[0]?.text ?? '', /was changed from this one/)
  assert.match((await mailsTo(app, to))[0]?.text ?? '', /is now/)
  assert.equal((await app.anonymous.post('/v1/sessions', { email, password })).status, 401)
  assert.equal((await app.anonymous.post('/v1/sessions', { email: to, password })).status, 201)
})

test('CVE-2026-34828: a new address ends all sessions but the one that confirms it (ASVS 7.4.3)', async () => {
  const { email, browser } = await buildOwner(app)
  const elsewhere = app.browser()
  await elsewhere.post('/v1/sessions', { email, password })
  const to = newAddress()
  await ask(browser, to)
  await finish(await tokenTo(app, to), browser)
  assert.equal((await browser.get('/v1/me')).status, 200)
  assert.equal((await elsewhere.get('/v1/me')).status, 401)
})

test('a link that a stranger uses while signed in keeps none of their sessions in the account', async () => {
  const { browser, userId } = await buildOwner(app)
  const stranger = await buildOwner(app)
  const to = newAddress()
  await ask(browser, to)
  assert.equal((await finish(await tokenTo(app, to), stranger.browser)).status, 200)
  assert.equal(await emailOf(userId), to)
  assert.equal(await emailOf(stranger.userId), stranger.email)
  assert.equal((await browser.get('/v1/me')).status, 401)
  assert.equal((await stranger.browser.get('/v1/me')).status, 200)
})

test('asking for a new address takes a recent proof of who one is (ASVS 7.5.1)', async () => {
  const { browser } = await buildOwner(app)
  clock.advance(10 * 60_000 + 1)
  const late = await browser.post('/v1/me/email', { email: newAddress() })
  assert.deepEqual([late.status, late.body.code], [403, 'http.proof_needed'])
  assert.equal((await app.anonymous.post('/v1/me/email', { email: newAddress() })).status, 401)
})

test('AU-03: an address that is taken gets the same reply as a free one; only its owner is told', async () => {
  const { browser } = await buildOwner(app)
  const taken = await buildOwner(app)
  const toTaken = await browser.post('/v1/me/email', { email: taken.email })
  const toFree = await browser.post('/v1/me/email', { email: newAddress() })
  assert.deepEqual([toTaken.status, toTaken.text], [toFree.status, toFree.text])
  const [mail] = await mailsTo(app, taken.email)
  assert.match(mail?.text ?? '', /has an account already/)
  assert.doesNotMatch(mail?.text ?? '', /token=/)
})

test('an address that was taken meanwhile is refused, and the link can be used once it is free', async () => {
  const { browser, userId, email } = await buildOwner(app)
  const to = newAddress()
  await ask(browser, to)
  const token = await tokenTo(app, to)
  const rival = { id: app.tenant(), email: to, name: 'Rival', password_hash: null, created_at: clock.now() }
  await app.db.transaction((trx) => trx.insertInto('identity.account').values(rival).execute())
  assert.deepEqual((await finish(token)).body.code, 'identity.address_taken')
  assert.equal(await emailOf(userId), email)
  await app.db.transaction((trx) => trx.deleteFrom('identity.account').where('id', '=', rival.id).execute())
  assert.equal((await finish(token)).status, 200)
})

test('of two accounts that want one address at once, one gets it', async () => {
  const [one, other] = [await buildOwner(app), await buildOwner(app)]
  const to = newAddress()
  await ask(one.browser, to)
  const first = await tokenTo(app, to)
  await ask(other.browser, to)
  const second = await tokenTo(app, to)
  const statuses = (await Promise.all([finish(first), finish(second)])).map(({ status }) => status)
  assert.deepEqual(statuses.toSorted(), [200, 409])
})

test('AU-07, GHSA-hc7v-x88r-fmh4: of fifty uses of one link at once, one changes the address', async () => {
  const { browser, email } = await buildOwner(app)
  const to = newAddress()
  await ask(browser, to)
  const token = await tokenTo(app, to)
  const statuses = (await Promise.all(Array.from({ length: 50 }, () => finish(token)))).map(({ status }) => status)
  assert.deepEqual(statuses.toSorted(), [200, ...Array(49).fill(403)])
  assert.equal((await mailsTo(app, email)).filter(({ subject }) => /was changed/.test(subject)).length, 1)
})

test('AU-07: links that were sent to the former address end with it', async () => {
  const { browser, email } = await buildOwner(app)
  await app.anonymous.post('/v1/password-resets', { email })
  const reset = await tokenTo(app, email)
  await change(browser, { from: email, to: newAddress() })
  const late = await app.anonymous.post('/v1/password-resets/finish', { token: reset, password: 'seven quiet rivers' })
  assert.equal(late.body.code, 'identity.link_spent')
})

test('the former address undoes the change for seven days, which ends the sessions and the password of whoever made it', async () => {
  const { browser, email, userId } = await buildOwner(app)
  const to = newAddress()
  const token = await change(browser, { from: email, to })
  clock.advance(7 * dayMs - 1_000)

  const done = await undo(token)

  assert.deepEqual([done.status, done.body], [200, { email }])
  assert.equal(await emailOf(userId), email)
  assert.equal((await browser.get('/v1/me')).status, 401)
  for (const address of [email, to]) {
    assert.equal((await app.anonymous.post('/v1/sessions', { email: address, password })).status, 401)
  }
  const chosen = { token: await tokenTo(app, email), password: 'seven quiet rivers' }
  assert.equal((await app.anonymous.post('/v1/password-resets/finish', chosen)).status, 204)
  assert.equal((await app.anonymous.post('/v1/sessions', { email, password: chosen.password })).status, 201)
})

test('after seven days the change stands', async () => {
  const { browser, email, userId } = await buildOwner(app)
  const to = newAddress()
  const token = await change(browser, { from: email, to })
  clock.advance(7 * dayMs)
  assert.equal((await undo(token)).body.code, 'identity.link_spent')
  assert.equal(await emailOf(userId), to)
})

test('whoever took an account cannot shake off its owner by changing the address again, nor undo the undoing', async () => {
  const { browser, email, userId } = await buildOwner(app)
  const [thief, hideout] = [newAddress(), newAddress()]
  const ownersUndo = await change(browser, { from: email, to: thief })
  clock.advance(61_000)
  const thiefsUndo = await change(browser, { from: thief, to: hideout })

  assert.equal((await undo(ownersUndo)).status, 200)
  assert.equal((await undo(thiefsUndo)).body.code, 'identity.link_spent')
  assert.equal(await emailOf(userId), email)
})

test('a verification by the mailed link marks the address as proven, once', async () => {
  const { browser, email } = await buildOwner(app)
  assert.equal((await browser.get('/v1/me')).body.person.emailVerified, false)
  assert.equal((await browser.post('/v1/me/email-verification')).status, 202)
  const token = await tokenTo(app, email)
  const statuses = await Promise.all(
    Array.from({ length: 50 }, () => app.anonymous.post('/v1/email-verifications/finish', { token })),
  )
  assert.deepEqual(statuses.map(({ status }) => status).toSorted(), [204, ...Array(49).fill(403)])
  assert.equal((await browser.get('/v1/me')).body.person.emailVerified, true)
  assert.equal((await app.anonymous.post('/v1/me/email-verification')).status, 401)
})
