import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Identity } from '@fanfare/identity/contract'
import { createTestClock, type TestApp } from '@fanfare/testkit'
import { bootIdentity, buildOwner, pageHeaders, password } from './factories.ts'

let app: TestApp
before(async () => {
  app = await bootIdentity()
})
after(() => app.stop())

const dayMs = 24 * 60 * 60 * 1_000

function cookieOf(headers: Headers): string {
  return (headers.getSetCookie()[0] as string).split(';')[0] as string
}

test('signing in gives a cookie that scripts and other sites cannot use', async () => {
  const { email } = await buildOwner(app)
  const reply = await app.anonymous.post('/v1/sessions', { email: email.toUpperCase(), password })
  assert.equal(reply.status, 201)
  assert.equal(reply.body.person.email, email)
  assert.match(reply.headers.getSetCookie()[0] as string, /^fanfare_session=[\w-]{43};.*HttpOnly.*SameSite=Lax/i)
})

test('an unknown address and a wrong password get the same reply', async () => {
  const { email } = await buildOwner(app)
  const wrong = await app.anonymous.post('/v1/sessions', { email, password: 'wrong password' })
  const unknown = await app.anonymous.post('/v1/sessions', { email: 'nobody@example.com', password })
  assert.equal(wrong.status, 401)
  assert.deepEqual({ ...wrong.body, requestId: '' }, { ...unknown.body, requestId: '' })
  assert.deepEqual(wrong.headers.getSetCookie(), unknown.headers.getSetCookie())
})

test('passwords that differ after the 72nd byte are different passwords', async () => {
  const start = 'ü'.repeat(50)
  const wanted = { workspaceName: 'Long', name: 'Long', email: 'long@example.com', password: `${start}a` }
  await app.get(Identity).provision(wanted)
  const other = await app.anonymous.post('/v1/sessions', { email: 'long@example.com', password: `${start}b` })
  assert.equal(other.status, 401)
  const same = await app.anonymous.post('/v1/sessions', { email: 'long@example.com', password: `${start}a` })
  assert.equal(same.status, 201)
})

test('a password is taken exactly as typed', async () => {
  const { email } = await buildOwner(app)
  assert.equal((await app.anonymous.post('/v1/sessions', { email, password: ` ${password}` })).status, 401)
})

test('the session token is kept as a hash only', async () => {
  const { email } = await buildOwner(app)
  const { headers } = await app.anonymous.post('/v1/sessions', { email, password })
  const token = cookieOf(headers).split('=')[1] as string
  const rows = await app.db.transaction((trx) => trx.selectFrom('identity.session').selectAll().execute())
  assert.ok(rows.length > 0)
  assert.ok(!JSON.stringify(rows).includes(token))
})

test('signing out ends the session, not only the cookie', async () => {
  const { email } = await buildOwner(app)
  const headers = pageHeaders(app, await app.anonymous.post('/v1/sessions', { email, password }))
  assert.equal((await app.anonymous.get('/v1/me', headers)).status, 200)

  const out = await app.anonymous.delete('/v1/sessions/current', undefined, headers)

  assert.equal(out.status, 204)
  assert.match(out.headers.getSetCookie()[0] as string, /^fanfare_session=;/)
  assert.equal((await app.anonymous.get('/v1/me', headers)).status, 401)
})

test('signing in again replaces the session it came with', async () => {
  const { email } = await buildOwner(app)
  const first = cookieOf((await app.anonymous.post('/v1/sessions', { email, password })).headers)
  const again = await app.anonymous.post('/v1/sessions', { email, password }, { cookie: first, origin: app.url })
  assert.notEqual(cookieOf(again.headers), first)
  assert.equal((await app.anonymous.get('/v1/me', { cookie: first })).status, 401)
  assert.equal((await app.anonymous.get('/v1/me', { cookie: cookieOf(again.headers) })).status, 200)
})

test('a stale or made-up cookie is no credential, and does not keep anybody from signing in', async () => {
  const { email } = await buildOwner(app)
  const cookie = 'fanfare_session=made-up'
  assert.equal((await app.anonymous.get('/v1/me', { cookie })).status, 401)
  assert.equal((await app.anonymous.post('/v1/sessions', { email, password }, { cookie })).status, 201)
})

test('an idle session ends after 14 days, and a busy one after 30', async () => {
  const clock = createTestClock()
  await using timed = await bootIdentity({ clock })
  const idle = await buildOwner(timed)
  const busy = await buildOwner(timed)
  const statuses = []
  for (let day = 0; day < 31; day += 10) {
    statuses.push((await busy.browser.get('/v1/me')).status)
    if (day === 20) assert.equal((await idle.browser.get('/v1/me')).status, 401)
    clock.advance(10 * dayMs + 1)
  }
  assert.deepEqual(statuses, [200, 200, 200, 401])
})

test('nobody is signed in without a credential', async () => {
  assert.equal((await app.anonymous.get('/v1/me')).status, 401)
  assert.equal((await app.anonymous.delete('/v1/sessions/current')).status, 401)
})

test('a sign-in without its fields is refused by name', async () => {
  const reply = await app.anonymous.post('/v1/sessions', { email: 'ada@example.com' })
  assert.equal(reply.status, 400)
  assert.equal(reply.body.violations[0].path, '/body/password')
})
