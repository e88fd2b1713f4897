import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Keys } from '@fanfare/kernel'
import { createTestClock, type TestApp, type TestReply } from '@fanfare/testkit'
import { forgiveAttempts } from '../src/limits/guard-attempt.ts'
import type { Schema } from '../src/store/schema.ts'
import { bootIdentity, buildOwner, pageHeaders, password } from './factories.ts'

const clock = createTestClock()
let app: TestApp
before(async () => {
  app = await bootIdentity({ clock, http: { trustedProxies: ['127.0.0.1'] } })
})
after(() => app.stop())

const hourMs = 3_600_000
let addresses = 0
/** An address that nobody used before. */
const anyAddress = () => `198.51.${Math.floor(addresses / 250)}.${(addresses++ % 250) + 1}`

function signIn(email: string, word: string, headers: Record<string, string> = {}): Promise<TestReply> {
  return app.anonymous.post('/v1/sessions', { email, password: word }, { 'x-forwarded-for': anyAddress(), ...headers })
}
const guess = (email: string, headers?: Record<string, string>) => signIn(email, 'a wrong password', headers)
const statuses = async (count: number, run: (index: number) => Promise<TestReply>) => {
  const seen: number[] = []
  for (let index = 0; index < count; index += 1) seen.push((await run(index)).status)
  return seen
}
/** Waits as a reply says. */
const wait = ({ headers }: TestReply) => clock.advance(Number(headers.get('retry-after')) * 1_000)

test('five guesses at an account are free, wherever they come from; then each costs twice the wait of the one before (ASVS 6.3.1)', async () => {
  const { email } = await buildOwner(app)
  assert.deepEqual(await statuses(5, () => guess(email)), [401, 401, 401, 401, 401])
  for (const seconds of [1, 2, 4, 8, 16, 32, 64]) {
    const refused = await guess(email)
    assert.deepEqual([refused.status, refused.body.code], [429, 'identity.too_many_tries'])
    assert.equal(refused.headers.get('retry-after'), String(seconds))
    assert.equal((await signIn(email, password)).status, 429, 'the right password has to wait too')
    wait(refused)
    assert.equal((await guess(email)).status, 401)
  }
})

test('who waits out the time signs in, and the slate is clean', async () => {
  const { email } = await buildOwner(app)
  await statuses(6, () => guess(email))
  wait(await guess(email))
  assert.equal((await signIn(email, password)).status, 201)
  assert.deepEqual(await statuses(5, () => guess(email)), [401, 401, 401, 401, 401])
})

test('an address without an account is slowed down just the same (ASVS 6.3.8)', async () => {
  const seen = await statuses(6, () => guess('nobody.at.all@example.com'))
  assert.deepEqual(seen, [401, 401, 401, 401, 401, 429])
  const known = await buildOwner(app)
  assert.deepEqual(await statuses(6, () => guess(known.email)), seen)
})

test('the same address in other letters is the same account', async () => {
  const { email } = await buildOwner(app)
  const forms = [email, email.toUpperCase(), ` ${email}`, `${email} `, email.replace('e', 'E')]
  await statuses(5, (index) => guess(forms[index] as string))
  assert.equal((await guess(email.toUpperCase())).status, 429)
})

test('many guesses at once do not slip through as the first', async () => {
  const { email } = await buildOwner(app)
  const replies = await Promise.all(Array.from({ length: 40 }, () => guess(email)))
  assert.equal(replies.filter(({ status }) => status === 401).length, 5)
  assert.equal(replies.filter(({ status }) => status === 429).length, 35)
})

test('a stranger cannot lock anybody out of a browser they have signed in on before', async () => {
  const { email } = await buildOwner(app)
  const page = pageHeaders(app, await signIn(email, password))
  const device = (page.cookie as string).split('; ').find((pair) => pair.startsWith('fanfare_device=')) as string
  await statuses(8, () => guess(email))
  assert.equal((await signIn(email, password)).status, 429)

  assert.equal((await signIn(email, password, { cookie: device })).status, 201)

  const other = await buildOwner(app)
  await statuses(6, () => guess(other.email))
  assert.equal((await signIn(other.email, password, { cookie: device })).status, 429, 'it is known for its own account')
  assert.equal((await signIn(other.email, password, { cookie: 'fanfare_device=made-up' })).status, 429)
})

test('a known browser is no free ride for guesses', async () => {
  const { email } = await buildOwner(app)
  const { cookie } = pageHeaders(app, await signIn(email, password)) as { cookie: string }
  const seen = await statuses(12, () => guess(email, { cookie }))
  assert.deepEqual(seen, [...Array(10).fill(401), 429, 429])
})

test('nobody waits longer than an hour, however long a stranger went on', async () => {
  const { email } = await buildOwner(app)
  const waits: number[] = []
  while (waits.length < 15) {
    const reply = await guess(email)
    if (reply.status === 401) continue
    waits.push(Number(reply.headers.get('retry-after')))
    wait(reply)
  }
  assert.deepEqual(waits.slice(11), [2_048, 3_600, 3_600, 3_600])
  await guess(email)
  assert.equal((await guess(email)).headers.get('retry-after'), '3600')
  clock.advance(hourMs)
  assert.equal((await signIn(email, password)).status, 201)
})

test('a link in a mail wipes the slate', async () => {
  const { email } = await buildOwner(app)
  await statuses(6, () => guess(email))
  const wanted = { kind: 'password', account: email } as const
  const keys = app.get(Keys)
  await app.db.as<Schema>().transaction((trx) => forgiveAttempts({ keys }, trx, wanted))
  assert.equal((await signIn(email, password)).status, 201)
})

/** Guesses at accounts that do not exist, until one has to wait. */
async function exhaust(from: (index: number) => string): Promise<number> {
  for (let index = 0; index < 60; index += 1) {
    const reply = await guess(`spray${addresses}.${index}@example.com`, { 'x-forwarded-for': from(index) })
    if (reply.status === 429) return index
  }
  return 60
}

test('guesses at many accounts from one address are slowed down, and a sign-in of one’s own buys no more', async () => {
  const address = '203.0.113.7'
  assert.equal(await exhaust(() => address), 30)
  const { email } = await buildOwner(app)
  const own = await signIn(email, password, { 'x-forwarded-for': address })
  assert.equal(own.status, 429)
  wait(own)
  assert.equal((await signIn(email, password, { 'x-forwarded-for': address })).status, 201)
  const seen = await statuses(2, (index) => guess(`again${index}@example.com`, { 'x-forwarded-for': address }))
  assert.ok(seen.includes(429), String(seen))
  assert.equal((await signIn(email, password)).status, 201, 'other addresses are not bothered')
})

test('CVE-2026-45364: an IPv4 address is one, however it is written', async () => {
  const forms = [
    '203.0.113.9',
    '::ffff:203.0.113.9',
    '::FFFF:203.0.113.9',
    '::ffff:cb00:7109',
    '0:0:0:0:0:ffff:cb00:7109',
  ]
  assert.equal(await exhaust((index) => forms[index % forms.length] as string), 30)
})

test('CVE-2026-45364: of an IPv6 address the first 64 bits count, in any letters', async () => {
  const forms = (index: number) =>
    [
      `2001:db8:1:2::${index.toString(16)}`,
      `2001:DB8:1:2:ffff:ffff:ffff:${index.toString(16)}`,
      `2001:0db8:0001:0002:0:0:0:${index.toString(16)}`,
    ][index % 3] as string
  assert.equal(await exhaust(forms), 30)
  const beside = await guess('beside@example.com', { 'x-forwarded-for': '2001:db8:1:3::1' })
  assert.equal(beside.status, 401, 'the next /64 is another’s')
})

test('what a client writes in front of the proxy’s word about its address does not count', async () => {
  const proxied = (index: number) => `192.0.2.${index}, 203.0.113.77`
  assert.equal(await exhaust(proxied), 30)
})

test('what was counted is in the database, so that it outlives a restart, and holds no address as it was typed', async () => {
  const { email } = await buildOwner(app)
  await app.db.as<Schema>().transaction((trx) => trx.deleteFrom('identity.attempt').execute())
  await statuses(6, () => guess(email))
  const rows = await app.db.as<Schema>().transaction((trx) => trx.selectFrom('identity.attempt').selectAll().execute())
  assert.ok(rows.length > 0)
  assert.ok(!JSON.stringify(rows).includes(email))
})

test('programs are slowed down as browsers are, and by the same count', async () => {
  const { email } = await buildOwner(app)
  await statuses(3, () => guess(email))
  const program = () =>
    app.anonymous.post('/v1/tokens', { email, password: 'a wrong password' }, { 'x-forwarded-for': anyAddress() })
  assert.deepEqual(await statuses(3, program), [401, 401, 429])
})

test('guesses from everywhere at everybody make strangers wait a second, and known browsers not at all', async () => {
  await using busy = await bootIdentity({ clock, http: { trustedProxies: ['127.0.0.1'] } })
  const { email, browser } = await buildOwner(busy)
  const spray = (index: number) =>
    busy.anonymous.post(
      '/v1/sessions',
      { email: `spray${index}@example.com`, password: 'a wrong password' },
      { 'x-forwarded-for': anyAddress() },
    )
  const replies: TestReply[] = []
  for (let first = 0; first < 520; first += 20) {
    replies.push(...(await Promise.all(Array.from({ length: 20 }, (_, index) => spray(first + index)))))
  }
  const limited = replies.filter(({ status }) => status === 429)
  assert.equal(limited.length, 20)
  assert.equal(limited[0]?.headers.get('retry-after'), '1')
  assert.equal((await browser.post('/v1/sessions', { email, password })).status, 201)
  clock.advance(1_000)
  assert.equal((await spray(1_000)).status, 401)
})
