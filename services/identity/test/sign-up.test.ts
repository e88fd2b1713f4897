import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestClock, type TestApp } from '@fanfare/testkit'
import { bootIdentity, buildOwner } from './factories.ts'
import { mailsTo, tokenTo } from './mails.ts'

const clock = createTestClock()
let app: TestApp
before(async () => {
  app = await bootIdentity({ clock, config: { signUp: 'open' } })
  await buildOwner(app)
})
after(() => app.stop())

const person = { name: 'Ada', password: 'seven quiet rivers', workspaceName: 'Engines' }
let people = 0

function newAddress(): string {
  people += 1
  return `person${people}@example.com`
}

async function askedToken(typed: string, email = typed): Promise<string> {
  assert.equal((await app.anonymous.post('/v1/sign-ups', { email: typed })).status, 202)
  return tokenTo(app, email)
}

function accountsOf(email: string) {
  return app.db.transaction((trx) =>
    trx.selectFrom('identity.account').selectAll().where('email', '=', email).execute(),
  )
}

test('signing up by a mailed link makes an account with a proven address and a workspace, and signs in', async () => {
  const email = newAddress()
  const token = await askedToken(` ${email.toUpperCase()} `, email)
  const browser = app.browser()

  const made = await browser.post('/v1/sign-ups/finish', { ...person, token })

  assert.equal(made.status, 201)
  const { email: address, emailVerified, hasPassword, isOperator } = made.body.person
  assert.deepEqual(
    { address, emailVerified, hasPassword, isOperator },
    { address: email, emailVerified: true, hasPassword: true, isOperator: false },
  )
  assert.deepEqual(
    made.body.workspaces.map(({ name, role }: { name: string; role: string }) => [name, role]),
    [['Engines', 'owner']],
  )
  assert.deepEqual((await browser.get('/v1/me')).body, made.body)
  assert.equal((await app.anonymous.post('/v1/sessions', { email, password: person.password })).status, 201)
})

test('there is no account before the link is used', async () => {
  const email = newAddress()
  await askedToken(email)
  assert.deepEqual(await accountsOf(email), [])
})

test('AU-03: a known and an unknown address get the same reply, and only their owners learn the difference (ASVS 6.3.8)', async () => {
  const { email: known } = await buildOwner(app)
  const unknown = newAddress()
  const replies = [
    await app.anonymous.post('/v1/sign-ups', { email: known }),
    await app.anonymous.post('/v1/sign-ups', { email: unknown }),
  ]
  const [first, second] = replies.map(({ status, text }) => ({ status, text }))
  assert.deepEqual(first, second)
  const [toKnown] = await mailsTo(app, known)
  assert.match(toKnown?.text ?? '', /has one already/)
  assert.doesNotMatch(toKnown?.text ?? '', /token=/)
  assert.match((await mailsTo(app, unknown))[0]?.text ?? '', /token=/)
})

test('AU-07, GHSA-hc7v-x88r-fmh4: of fifty sign-ups with one link at once, one makes an account', async () => {
  const email = newAddress()
  const token = await askedToken(email)
  const replies = await Promise.all(
    Array.from({ length: 50 }, () => app.anonymous.post('/v1/sign-ups/finish', { ...person, token })),
  )
  assert.deepEqual(replies.map(({ status }) => status).toSorted(), [201, ...Array(49).fill(403)])
  assert.equal((await accountsOf(email)).length, 1)
})

test('AU-07: looking at the link, as a scanner of mails does, uses nothing up', async () => {
  const email = newAddress()
  const token = await askedToken(email)
  for (let round = 0; round < 3; round += 1) {
    const seen = await app.anonymous.post('/v1/links/look', { purpose: 'sign_up', token })
    assert.deepEqual([seen.status, seen.body], [200, { email }])
    assert.notEqual((await app.anonymous.get('/v1/sign-ups/finish')).status, 201)
  }
  assert.equal((await app.anonymous.post('/v1/sign-ups/finish', { ...person, token })).status, 201)
})

test('a link holds its token where no server, log or referrer sees it (ASVS 14.2.1)', async () => {
  const email = newAddress()
  await askedToken(email)
  const [mail] = await mailsTo(app, email)
  const link = new URL(/https?:\S+/.exec(mail?.text ?? '')?.[0] ?? '')
  assert.equal(link.origin, app.url)
  assert.equal(link.search, '')
  assert.match(link.hash, /^#token=[\w-]{43}$/)
})

test('asking again within a minute sends nothing, and later ends the former link', async () => {
  const email = newAddress()
  const former = await askedToken(email)
  await askedToken(email)
  assert.equal((await mailsTo(app, email)).length, 1)
  clock.advance(61_000)
  const latest = await askedToken(email)
  assert.notEqual(latest, former)
  assert.equal((await app.anonymous.post('/v1/sign-ups/finish', { ...person, token: former })).status, 403)
  assert.equal((await app.anonymous.post('/v1/sign-ups/finish', { ...person, token: latest })).status, 201)
})

test('a link that is older than an hour makes no account', async () => {
  const token = await askedToken(newAddress())
  clock.advance(60 * 60_000)
  const late = await app.anonymous.post('/v1/sign-ups/finish', { ...person, token })
  assert.deepEqual([late.status, late.body.code], [403, 'identity.link_spent'])
})

test('CVE-2026-22594, CVE-2025-61928: no flag in the body skips the proof of the address or says whose account it is', async () => {
  const { userId, email: victim } = await buildOwner(app)
  const flags = {
    skipEmailVerification: true,
    emailVerified: true,
    isOperator: true,
    id: userId,
    userId,
    accountId: userId,
  }
  const email = newAddress()
  const without = await app.anonymous.post('/v1/sign-ups/finish', { ...person, ...flags, email, token: 'none' })
  assert.equal(without.status, 403)
  assert.deepEqual(await accountsOf(email), [])

  const token = await askedToken(email)
  const made = await app.anonymous.post('/v1/sign-ups/finish', { ...person, ...flags, email: victim, token })
  assert.equal(made.body.person.email, email)
  assert.equal(made.body.person.isOperator, false)
  assert.notEqual(made.body.person.id, userId)
})

test('an account that came to the address meanwhile is not taken over', async () => {
  const email = newAddress()
  const token = await askedToken(email)
  await app.db.transaction((trx) =>
    trx
      .insertInto('identity.account')
      .values({ id: app.tenant(), email, name: 'Earlier', password_hash: null, created_at: clock.now() })
      .execute(),
  )
  const late = await app.anonymous.post('/v1/sign-ups/finish', { ...person, token })
  assert.deepEqual([late.status, late.body.code], [409, 'identity.address_taken'])
  assert.deepEqual(
    (await accountsOf(email)).map(({ name }) => name),
    ['Earlier'],
  )
})

test('a password that is common, personal or short is refused with its reason (ASVS 6.2.1, 6.2.4, 6.2.11)', async () => {
  const token = await askedToken(newAddress())
  const refused: readonly (readonly [password: string, reason: RegExp])[] = [
    ['elevenchars', /at least 12/],
    ['🦊🦉🐢🦔🐝🐙', /at least 12/],
    ['x'.repeat(257), /at most 256/],
    ['password123456', /tried first/],
    ['Engines-2026!!', /names and addresses/],
  ]
  for (const [weak, reason] of refused) {
    const reply = await app.anonymous.post('/v1/sign-ups/finish', { ...person, token, password: weak })
    assert.equal(reply.status, 400, weak)
    assert.equal(reply.body.violations[0].path, '/body/password')
    assert.match(reply.body.violations[0].message, reason)
  }
  assert.equal((await app.anonymous.post('/v1/sign-ups/finish', { ...person, token })).status, 201)
})

test('a password of 64 and more characters of any script is taken whole (ASVS 6.2.9)', async () => {
  const email = newAddress()
  const long = `${'длинный хвост и ключ '.repeat(12)}x`
  const token = await askedToken(email)
  assert.equal((await app.anonymous.post('/v1/sign-ups/finish', { ...person, token, password: long })).status, 201)
  assert.equal((await app.anonymous.post('/v1/sessions', { email, password: `${long.slice(0, -1)}y` })).status, 401)
  assert.equal((await app.anonymous.post('/v1/sessions', { email, password: long })).status, 201)
})

test('what is missing or no address is refused by name', async () => {
  const address = await app.anonymous.post('/v1/sign-ups', { email: 'ada＠example.com' })
  assert.deepEqual([address.status, address.body.violations[0].path], [400, '/body/email'])
  const name = await app.anonymous.post('/v1/sign-ups/finish', {
    ...person,
    name: 'Ada\r\nBcc: eve@example.com',
    token: 'none',
  })
  assert.deepEqual([name.status, name.body.violations[0].path], [400, '/body/name'])
})

for (const mode of ['off', 'invitation'] as const) {
  test(`nobody signs up by themselves where sign-up is ${mode}, not even with a link of earlier days`, async () => {
    await using closed = await bootIdentity({ config: { signUp: mode } })
    const { email } = await buildOwner(closed)
    assert.deepEqual((await closed.anonymous.get('/v1/sign-ups')).body, { mode, mailServer: false })
    const replies = [
      await closed.anonymous.post('/v1/sign-ups', { email }),
      await closed.anonymous.post('/v1/sign-ups', { email: 'unknown@example.com' }),
      await closed.anonymous.post('/v1/sign-ups/finish', { ...person, token: 'any' }),
    ]
    assert.deepEqual(
      replies.map(({ status, body }) => [status, body.code]),
      Array(3).fill([403, 'identity.sign_up_closed']),
    )
    assert.deepEqual(await mailsTo(closed, email), [])
  })
}

test('sign-up is by invitation unless the operator says otherwise', async () => {
  await using usual = await bootIdentity()
  assert.equal((await usual.anonymous.get('/v1/sign-ups')).body.mode, 'invitation')
})
