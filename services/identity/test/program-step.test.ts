import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestApp } from '@fanfare/testkit'
import { addTotp, bootFactors, buildGuarded, nextStep, signInHalf, totpCode } from './factor-app.ts'
import { buildOwner, password } from './factories.ts'
import { tokenTo } from './mails.ts'

let app: TestApp
before(async () => {
  app = await bootFactors()
})
after(() => app.stop())

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const me = async (token: string) => {
  const { status, body } = await app.anonymous.get('/v1/me', bearer(token))
  return status === 200 ? 'whole' : body.code
}
const refresh = (refreshToken: string) => app.anonymous.post('/v1/tokens/refresh', { refreshToken })

async function signIn(email: string) {
  const { body } = await app.anonymous.post('/v1/tokens', { email, password })
  return body as { accessToken: string; refreshToken: string; factorNeeded: boolean }
}

test('a program gives its second factor too: its tokens of before stay half or end, the new ones are whole', async () => {
  const { email, secret } = await buildGuarded(app)
  const half = await signIn(email)
  assert.equal(half.factorNeeded, true)
  assert.equal(await me(half.accessToken), 'http.factor_needed')

  const code = totpCode(app, secret)
  const proof = await app.anonymous.post('/v1/proofs', { method: 'totp', code }, bearer(half.accessToken))

  assert.equal(proof.status, 201, proof.text)
  assert.deepEqual([proof.body.partial, proof.body.tokens.factorNeeded], [false, false])
  assert.equal(await me(proof.body.tokens.accessToken), 'whole')
  assert.equal(await me(half.accessToken), 'identity.token_wrong')
  const next = await refresh(proof.body.tokens.refreshToken)
  assert.equal(await me(next.body.accessToken), 'whole')
})

test('the refresh token of half a sign-in buys nothing once the session was raised: it ends it', async () => {
  const { email, secret } = await buildGuarded(app)
  const half = await signIn(email)
  const code = totpCode(app, secret)
  const { body } = await app.anonymous.post('/v1/proofs', { method: 'totp', code }, bearer(half.accessToken))
  assert.equal((await refresh(half.refreshToken)).status, 401)
  assert.equal(await me(body.tokens.accessToken), 'identity.token_wrong')
})

test('a refresh does not make half a sign-in whole', async () => {
  const { email } = await buildGuarded(app)
  const half = await signIn(email)
  const { body } = await refresh(half.refreshToken)
  assert.equal(body.factorNeeded, true)
  assert.equal(await me(body.accessToken), 'http.factor_needed')
})

test('a program that adds a factor gets new tokens for the ones that end', async () => {
  const { email } = await buildOwner(app)
  const tokens = await signIn(email)
  const begun = await app.anonymous.post('/v1/factors/totp', {}, bearer(tokens.accessToken))
  const { factorId, secret } = begun.body
  const code = totpCode(app, secret)
  const path = `/v1/factors/${factorId}/confirm`
  const added = await app.anonymous.post(path, { code }, bearer(tokens.accessToken))
  assert.equal(added.status, 201, added.text)
  assert.equal(await me(tokens.accessToken), 'identity.token_wrong')
  assert.equal(await me(added.body.tokens.accessToken), 'whole')
})

test('guesses at a code are slowed down by account, from however many half sessions (ASVS 6.3.1)', async () => {
  const { email, secret } = await buildGuarded(app)
  const seen: number[] = []
  for (let guess = 0; guess < 7; guess += 1) {
    const half = await signInHalf(app, email)
    const { status, body } = await half.post('/v1/proofs', { method: 'totp', code: `00000${guess}` })
    seen.push(status)
    if (status === 429) assert.equal(body.code, 'identity.too_many_tries')
  }
  assert.deepEqual(seen, [422, 422, 422, 422, 422, 429, 429])
  nextStep(app)
  const half = await signInHalf(app, email)
  assert.equal((await half.post('/v1/proofs', { method: 'totp', code: totpCode(app, secret) })).status, 201)
})

test('guesses at the current password of an open session are slowed down as well', async () => {
  const { browser } = await buildOwner(app)
  const change = () => browser.put('/v1/me/password', { currentPassword: 'wrong', password: 'seven quiet rivers' })
  const seen: number[] = []
  for (let guess = 0; guess < 12; guess += 1) seen.push((await change()).status)
  assert.equal(seen.at(-1), 429)
  assert.ok(!seen.slice(0, 10).includes(429), 'this browser is known, so its own count of ten holds')
})

test('a reset by mail gets its owner past the guesses of strangers, in the browser that it was done in', async () => {
  const { email } = await buildOwner(app)
  const guess = () => app.anonymous.post('/v1/sessions', { email, password: 'a wrong password' })
  const attack = async () => {
    for (let tries = 0; tries < 8; tries += 1) await guess()
  }
  await attack()
  const browser = app.browser()
  assert.equal((await browser.post('/v1/sessions', { email, password })).status, 429)

  await browser.post('/v1/password-resets', { email })
  await app.drain()
  const token = await tokenTo(app, email)
  const chosen = 'seven quiet rivers'
  assert.equal((await browser.post('/v1/password-resets/finish', { token, password: chosen })).status, 204)
  await attack()

  assert.equal((await app.anonymous.post('/v1/sessions', { email, password: chosen })).status, 429)
  assert.equal((await browser.post('/v1/sessions', { email, password: chosen })).status, 201)
})

test('the second step of a sign-in makes the browser known', async () => {
  const { email, browser } = await buildOwner(app)
  const { secret } = await addTotp(app, browser)
  const half = await app.anonymous.post('/v1/sessions', { email, password })
  assert.ok(!half.headers.getSetCookie().some((line) => line.startsWith('fanfare_device=')), 'half a sign-in does not')
  const page = await signInHalf(app, email)
  const proof = await page.post('/v1/proofs', { method: 'totp', code: totpCode(app, secret) })
  assert.ok(proof.headers.getSetCookie().some((line) => line.startsWith('fanfare_device=')))
})
