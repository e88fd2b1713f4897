import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestClock, type TestApp, type TestReply } from '@fanfare/testkit'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { Schema } from '../src/store/schema.ts'
import { bootIdentity, buildOwner, password } from './factories.ts'

let app: TestApp
before(async () => {
  app = await bootIdentity()
})
after(() => app.stop())

const minuteMs = 60_000
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const refresh = (on: TestApp, refreshToken: string, headers = {}) =>
  on.anonymous.post('/v1/tokens/refresh', { refreshToken }, headers)
const me = async (on: TestApp, token: string) => (await on.anonymous.get('/v1/me', bearer(token))).status

async function signIn(on: TestApp = app) {
  const { email, tenantId, userId } = await buildOwner(on)
  const reply = await on.anonymous.post('/v1/tokens', { email, password })
  assert.equal(reply.status, 201, reply.text)
  return { email, tenantId, userId, ...reply.body } as Record<string, string> & {
    accessToken: string
    refreshToken: string
  }
}

test('a program signs in for an access token of 15 minutes that names a session and no rights', async () => {
  const { accessToken, userId, tenantId } = await signIn()
  const claims = decodeJwt(accessToken)
  assert.deepEqual(Object.keys(claims).sort(), ['aud', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub', 'ver'])
  assert.equal(claims.sub, userId)
  assert.equal((claims.exp as number) - (claims.iat as number), 15 * 60)
  assert.equal(decodeProtectedHeader(accessToken).alg, 'EdDSA')
  const reply = await app.anonymous.get('/v1/workspace', bearer(accessToken))
  assert.deepEqual([reply.status, reply.body.id], [200, tenantId])
  const changed = await app.anonymous.patch('/v1/workspace', { name: 'By token' }, bearer(accessToken))
  assert.equal(changed.status, 200, 'a bearer needs no origin and no word against forged requests')
})

test('the wrong password gets a program no tokens, and a known address the same answer as an unknown one', async () => {
  const { email } = await buildOwner(app)
  const wrong = await app.anonymous.post('/v1/tokens', { email, password: 'wrong password' })
  const unknown = await app.anonymous.post('/v1/tokens', { email: 'nobody@example.com', password })
  assert.deepEqual([wrong.status, wrong.body.code], [401, 'identity.credentials_wrong'])
  assert.deepEqual({ ...wrong.body, requestId: '' }, { ...unknown.body, requestId: '' })
})

test('an access token runs out after 15 minutes and its refresh token buys the next', async () => {
  const clock = createTestClock()
  await using timed = await bootIdentity({ clock })
  const { accessToken, refreshToken } = await signIn(timed)
  clock.advance(14 * minuteMs)
  assert.equal(await me(timed, accessToken), 200)
  clock.advance(2 * minuteMs)
  const late = await timed.anonymous.get('/v1/me', bearer(accessToken))
  assert.deepEqual([late.status, late.body.code], [401, 'identity.token_wrong'])
  const next = await refresh(timed, refreshToken)
  assert.equal(next.status, 200)
  assert.equal(await me(timed, next.body.accessToken), 200)
})

test('refresh tokens are kept as hashes only, one row a generation', async () => {
  const { accessToken, refreshToken } = await signIn()
  const { body } = await refresh(app, refreshToken)
  const rows = await app.db.as<Schema>().transaction((trx) =>
    trx
      .selectFrom('identity.refresh_token')
      .selectAll()
      .where('session_id', '=', decodeJwt(accessToken).sid as string)
      .orderBy('generation')
      .execute(),
  )
  assert.deepEqual(
    rows.map(({ generation, spent_at }) => [generation, spent_at !== null]),
    [
      [1, true],
      [2, false],
    ],
  )
  for (const token of [refreshToken, body.refreshToken]) assert.ok(!JSON.stringify(rows).includes(token.slice(4)))
})

test('GHSA-392p-2q2v-4372: of 50 refreshes at once exactly one wins, and what it won is good', async () => {
  const { refreshToken } = await signIn()
  const replies = await Promise.all(Array.from({ length: 50 }, () => refresh(app, refreshToken)))
  const [winner, ...others] = replies.filter(({ status }) => status === 200)
  assert.equal(others.length, 0)
  assert.deepEqual(new Set(losersOf(replies)), new Set(['401 identity.refresh_token_wrong']))
  assert.equal(await me(app, winner?.body.accessToken), 200)
  assert.equal((await refresh(app, winner?.body.refreshToken)).status, 200)
})

const losersOf = (replies: TestReply[]) =>
  replies.filter(({ status }) => status !== 200).map(({ status, body }) => `${status} ${body.code}`)

test('a spent refresh token that comes back later ends the whole family (ASVS 10.4.5)', async () => {
  const clock = createTestClock()
  await using timed = await bootIdentity({ clock })
  const { refreshToken } = await signIn(timed)
  const { body: next } = await refresh(timed, refreshToken)
  clock.advance(11_000)
  assert.equal((await refresh(timed, refreshToken)).status, 401)
  assert.equal((await refresh(timed, next.refreshToken)).status, 401)
  assert.equal(await me(timed, next.accessToken), 401)
})

test('a spent refresh token ends the family at once when its child was used, or when another client brings it', async () => {
  const used = await signIn()
  const { body: child } = await refresh(app, used.refreshToken)
  const { body: grandchild } = await refresh(app, child.refreshToken)
  await refresh(app, used.refreshToken)
  assert.equal(await me(app, grandchild.accessToken), 401)

  const stolen = await signIn()
  const { body: thiefs } = await refresh(app, stolen.refreshToken, { 'user-agent': 'a thief' })
  await refresh(app, stolen.refreshToken)
  assert.equal(await me(app, thiefs.accessToken), 401)
  assert.equal((await refresh(app, thiefs.refreshToken)).status, 401)
})

test('GHSA-392p-2q2v-4372: a session that is ended while its token is spent stays ended, whoever comes first', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { accessToken, refreshToken } = await signIn()
    const [refreshed, ended] = await Promise.all([
      refresh(app, refreshToken),
      app.anonymous.delete('/v1/sessions/current', undefined, bearer(accessToken)),
    ])
    assert.equal(ended.status, 204)
    assert.equal(await me(app, accessToken), 401)
    if (refreshed.status === 200) {
      assert.equal(await me(app, refreshed.body.accessToken), 401)
      assert.equal((await refresh(app, refreshed.body.refreshToken)).status, 401)
    }
  }
})

test('a refresh token that is not used for 14 days is worth nothing, and no session outlives 30', async () => {
  const clock = createTestClock()
  await using timed = await bootIdentity({ clock })
  const dayMs = 24 * 60 * minuteMs
  const idle = await signIn(timed)
  let busy: { refreshToken: string } = await signIn(timed)
  const statuses = []
  for (let day = 10; day <= 40; day += 10) {
    clock.advance(10 * dayMs + 1)
    const reply = await refresh(timed, busy.refreshToken)
    statuses.push(reply.status)
    if (reply.status === 200) busy = reply.body
  }
  assert.deepEqual(statuses, [200, 200, 401, 401])
  assert.equal((await refresh(timed, idle.refreshToken)).status, 401)
})

test('a program signs out with its refresh token, and one that is not known gets the same answer', async () => {
  const { accessToken, refreshToken } = await signIn()
  assert.equal((await app.anonymous.delete('/v1/tokens', { refreshToken })).status, 204)
  assert.equal(await me(app, accessToken), 401)
  assert.equal((await refresh(app, refreshToken)).status, 401)
  assert.equal((await app.anonymous.delete('/v1/tokens', { refreshToken: 'ffr_unknown' })).status, 204)
})

test('what is no refresh token is refused by name or as unknown', async () => {
  assert.equal((await app.anonymous.post('/v1/tokens/refresh', {})).body.violations[0].path, '/body/refreshToken')
  const { accessToken } = await signIn()
  for (const token of ['x', 'ffr_', accessToken.slice(0, 200), "ffr_' or 1=1 --"]) {
    const reply = await refresh(app, token)
    assert.deepEqual([reply.status, reply.body.code], [401, 'identity.refresh_token_wrong'], token)
  }
})

test('keys take turns: the next is shown an hour before it signs, and the last is believed until its tokens have run out', async () => {
  const clock = createTestClock()
  await using timed = await bootIdentity({ clock })
  const dayMs = 24 * 60 * minuteMs
  const kids = async () => {
    const { body } = await timed.anonymous.get('/.well-known/jwks.json')
    return body.keys.map(({ kid }: { kid: string }) => kid) as string[]
  }
  const kidOf = (token: string) => decodeProtectedHeader(token).kid
  const first = await signIn(timed)
  assert.deepEqual(await kids(), [kidOf(first.accessToken)])

  clock.advance(90 * dayMs - 59 * minuteMs)
  const shown = await kids()
  assert.equal(shown.length, 2)
  const before = await signIn(timed)
  assert.equal(kidOf(before.accessToken), shown[0], 'it is shown and does not sign yet')

  clock.advance(61 * minuteMs)
  const after = await signIn(timed)
  assert.equal(kidOf(after.accessToken), shown[1])
  const { body: refreshed } = await refresh(timed, before.refreshToken)
  assert.equal(await me(timed, refreshed.accessToken), 200)

  clock.advance(32 * minuteMs)
  assert.deepEqual(await kids(), [shown[1]])
  await timed.anonymous.get('/v1/me')
})

test('the set of keys shows nothing private', async () => {
  const { body, headers } = await app.anonymous.get('/.well-known/jwks.json')
  assert.deepEqual(Object.keys(body.keys[0]).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  assert.match(headers.get('cache-control') ?? '', /max-age=300/)
})
