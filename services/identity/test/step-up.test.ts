import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestApp } from '@fanfare/testkit'
import { bootFactors, buildGuarded, signInHalf, totpCode } from './factor-app.ts'
import { buildKeyHeader, buildOwner, password } from './factories.ts'
import { tokenTo } from './mails.ts'

let app: TestApp
before(async () => {
  app = await bootFactors()
})
after(() => app.stop())

const minuteMs = 60_000
const someId = '00000000-0000-4000-8000-000000000000'

/** Every change of how a person signs in. */
const sensitive = [
  ['POST', '/v1/factors/totp', {}],
  ['POST', '/v1/factors/email', undefined],
  ['POST', '/v1/factors/sms', { phone: '+15005550006' }],
  ['POST', '/v1/factors/passkey-options', undefined],
  ['POST', `/v1/factors/${someId}/confirm`, { code: '123456' }],
  ['DELETE', `/v1/factors/${someId}`, undefined],
  ['POST', '/v1/recovery-codes', undefined],
  ['PUT', '/v1/workspace/second-factor', { needed: true }],
] as const

test('AU-06: changing factors wants a proof of the last ten minutes (ASVS 7.5.1)', async () => {
  const { browser } = await buildOwner(app)
  app.clock.advance(10 * minuteMs + 1)
  for (const [method, path, body] of sensitive) {
    const reply = await browser.request(method, path, body)
    assert.deepEqual([path, reply.status, reply.body.code], [path, 403, 'http.proof_needed'])
  }
  assert.equal((await browser.get('/v1/factors')).status, 200)
  assert.equal((await browser.post('/v1/proofs', { method: 'password', password })).status, 201)
  assert.equal((await browser.post('/v1/factors/totp', {})).status, 201)
})

test('a wrong password proves nothing', async () => {
  const { browser } = await buildOwner(app)
  app.clock.advance(10 * minuteMs + 1)
  const reply = await browser.post('/v1/proofs', { method: 'password', password: `${password}.` })
  assert.deepEqual([reply.status, reply.body.code], [422, 'identity.code_wrong'])
  assert.equal((await browser.post('/v1/factors/totp', {})).status, 403)
})

test('who has a second factor cannot prove themselves with the password alone', async () => {
  const { browser } = await buildGuarded(app)
  const reply = await browser.post('/v1/proofs', { method: 'password', password })
  assert.deepEqual([reply.status, reply.body.code], [422, 'identity.proof_refused'])
})

test('CVE-2026-22594: no field, header or query of a request stands in for the second factor', async () => {
  const { email } = await buildGuarded(app)
  const flags = {
    skipEmailVerification: true,
    skipSecondFactor: true,
    partial: false,
    methods: ['totp'],
    factor: 'totp',
  }
  const browser = app.browser()
  const signedIn = await browser.post('/v1/sessions?skipEmailVerification=true&partial=false', {
    email,
    password,
    ...flags,
  })
  assert.notEqual(signedIn.status, 500)
  const half = await signInHalf(app, email)
  const headers = { 'x-skip-email-verification': 'true', 'x-second-factor': 'totp' }
  for (const path of ['/v1/me', '/v1/me?partial=false&skipEmailVerification=true', '/v1/workspace']) {
    assert.equal((await half.get(path, headers)).body.code, 'http.factor_needed')
    assert.equal((await browser.get(path, headers)).status, 401)
  }
  const flagged = await half.post('/v1/proofs', { method: 'password', password, ...flags })
  assert.notEqual(flagged.status, 201)
  const empty = await half.post('/v1/proofs', { method: 'totp', code: '      ', ...flags })
  assert.notEqual(empty.status, 201)
  assert.equal((await half.get('/v1/me')).body.code, 'http.factor_needed')
})

test('half a sign-in neither adds, lists nor removes a factor', async () => {
  const { email, factorId } = await buildGuarded(app)
  const half = await signInHalf(app, email)
  const replies = [
    await half.get('/v1/factors'),
    await half.post('/v1/factors/totp', {}),
    await half.delete(`/v1/factors/${factorId}`),
    await half.post('/v1/recovery-codes'),
  ]
  for (const { status, body } of replies) assert.deepEqual([status, body.code], [401, 'http.factor_needed'])
})

test('a session that was raised answers to its new cookie alone (ASVS 7.2.4)', async () => {
  const { email, secret } = await buildGuarded(app)
  const half = await app.anonymous.post('/v1/sessions', { email, password })
  const cookies = half.headers.getSetCookie().map((line) => line.split(';', 1)[0] as string)
  const word = cookies.find((cookie) => cookie.startsWith('fanfare_csrf='))?.slice('fanfare_csrf='.length) as string
  const headers = { cookie: cookies.join('; '), origin: app.url, 'fanfare-csrf': word }
  const proof = await app.anonymous.post('/v1/proofs', { method: 'totp', code: totpCode(app, secret) }, headers)
  assert.equal(proof.status, 201)
  assert.equal((await app.anonymous.get('/v1/me', headers)).status, 401)
  const raised = proof.headers.getSetCookie().map((line) => line.split(';', 1)[0])
  assert.equal((await app.anonymous.get('/v1/me', { cookie: raised.join('; ') })).status, 200)
})

test('nobody proves themselves without a session, and no key does', async () => {
  const { tenantId } = await buildOwner(app)
  const key = await buildKeyHeader(app, tenantId, 'owner')
  for (const [path, body] of [['/v1/proofs', { method: 'password', password }]] as const) {
    assert.equal((await app.anonymous.post(path, body)).status, 401)
    assert.equal((await app.anonymous.post(path, body, key)).status, 403)
  }
  const rule = await app.anonymous.put('/v1/workspace/second-factor', { needed: true }, key)
  assert.deepEqual([rule.status, rule.body.code], [403, 'http.person_needed'])
})

test('a proof of no known kind is refused by name', async () => {
  const { browser } = await buildOwner(app)
  assert.equal((await browser.post('/v1/proofs', { method: 'none' })).status, 400)
  assert.equal((await browser.post('/v1/proofs/codes', { method: 'totp' })).status, 400)
  const notTheirs = await browser.post('/v1/proofs/codes', { method: 'sms_code' })
  assert.deepEqual([notTheirs.status, notTheirs.body.code], [422, 'identity.proof_refused'])
})

test('AU-06: a new password by a link leaves the second factor in its place (ASVS 6.4.3)', async () => {
  const { email } = await buildGuarded(app)
  assert.ok((await app.anonymous.post('/v1/password-resets', { email })).status < 300)
  const token = await tokenTo(app, email)
  const fresh = 'another long enough password'
  const browser = app.browser()
  const reset = await browser.post('/v1/password-resets/finish', { token, password: fresh })
  assert.ok(reset.status < 300, reset.text)
  assert.equal((await browser.get('/v1/me')).status, 401)

  const half = app.browser()
  await half.post('/v1/sessions', { email, password: fresh })
  const me = await half.get('/v1/me')
  assert.deepEqual([me.status, me.body.code], [401, 'http.factor_needed'])
})

test('guesses at a code slow down for everybody but the browsers of its owner (ASVS 6.3.1)', async () => {
  const { browser, email, secret } = await buildGuarded(app)
  const wrong = totpCode(app, secret) === '000000' ? '000001' : '000000'
  const statuses = []
  for (let round = 0; round < 7; round++) {
    // Another session each time, as somebody who has the password would do it.
    const half = await signInHalf(app, email)
    statuses.push((await half.post('/v1/proofs', { method: 'totp', code: wrong })).status)
  }
  assert.deepEqual(statuses, [422, 422, 422, 422, 422, 429, 429])
  const half = await signInHalf(app, email)
  const right = await half.post('/v1/proofs', { method: 'totp', code: totpCode(app, secret) })
  assert.deepEqual([right.status, right.body.code], [429, 'identity.too_many_tries'])
  assert.ok(Number(right.headers.get('retry-after')) >= 1)
  const own = await browser.post('/v1/proofs', { method: 'totp', code: totpCode(app, secret) })
  assert.equal(own.status, 201)
})

test('a program gives its second factor with its access token, and gets new tokens', async () => {
  const { email, secret } = await buildGuarded(app)
  const { body: half } = await app.anonymous.post('/v1/tokens', { email, password })
  assert.equal(half.factorNeeded, true)
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  assert.equal((await app.anonymous.get('/v1/me', bearer(half.accessToken))).body.code, 'http.factor_needed')

  const body = { method: 'totp', code: totpCode(app, secret) }
  const proof = await app.anonymous.post('/v1/proofs', body, bearer(half.accessToken))

  assert.equal(proof.status, 201, proof.text)
  assert.equal(proof.body.tokens.factorNeeded, false)
  assert.equal((await app.anonymous.get('/v1/me', bearer(proof.body.tokens.accessToken))).status, 200)
  assert.equal((await app.anonymous.get('/v1/me', bearer(half.accessToken))).status, 401)
})
