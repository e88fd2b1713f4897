import assert from 'node:assert/strict'
import { boot, createTestClock, type TestApp, type TestClient, type TestReply } from '@fanfare/testkit'
import { generateSync } from 'otplib'
import { identity } from '../src/service.ts'
import { buildOwner, type Owner, password } from './factories.ts'
import { mailsTo } from './mails.ts'
import { createSoftwarePasskey, type SoftwarePasskey } from './software-passkey.ts'

/** Where people find the product. Requests in tests come in by another name, so nothing may be made from that one. */
export const origin = 'http://localhost:8080'

/** Identity where passkeys have a home. Its clock stands still: a code is of the step that a test is in. */
export function bootFactors(config: Record<string, unknown> = {}): Promise<TestApp> {
  const clock = createTestClock()
  clock.set('2026-03-02T10:00:00Z')
  return boot([identity], {
    clock,
    config: { identity: { bcryptCost: 4, ...config }, http: { publicUrl: origin } },
  })
}

export function totpCode(app: TestApp, secret: string, stepsAway = 0): string {
  return generateSync({ secret, epoch: Math.floor(app.clock.now().getTime() / 1_000) + stepsAway * 30 })
}

/** Time for another code. */
export function nextStep(app: TestApp): void {
  app.clock.advance(30_000)
}

export interface AddedTotp {
  readonly secret: string
  readonly factorId: string
  readonly recoveryCodes: string[]
}

export async function addTotp(app: TestApp, browser: TestClient): Promise<AddedTotp> {
  const begun = await browser.post('/v1/factors/totp', {})
  assert.equal(begun.status, 201, begun.text)
  const { factorId, secret } = begun.body
  const added = await browser.post(`/v1/factors/${factorId}/confirm`, { code: totpCode(app, secret) })
  assert.equal(added.status, 201, added.text)
  nextStep(app)
  return { secret, factorId, recoveryCodes: added.body.recoveryCodes }
}

/** An owner with an authenticator app, whose session is whole. */
export async function buildGuarded(app: TestApp): Promise<Owner & AddedTotp> {
  const owner = await buildOwner(app)
  return { ...owner, ...(await addTotp(app, owner.browser)) }
}

/** A browser in the middle of signing in. */
export async function signInHalf(app: TestApp, email: string): Promise<TestClient> {
  const browser = app.browser()
  assert.equal((await browser.post('/v1/sessions', { email, password })).status, 201)
  const me = await browser.get('/v1/me')
  assert.deepEqual([me.status, me.body.code], [401, 'http.factor_needed'])
  return browser
}

export async function addPasskey(
  browser: TestClient,
  passkey: SoftwarePasskey = createSoftwarePasskey(origin),
): Promise<{ passkey: SoftwarePasskey; reply: TestReply }> {
  const options = await browser.post('/v1/factors/passkey-options')
  assert.equal(options.status, 201, options.text)
  const credential = passkey.create(options.body)
  const reply = await browser.post('/v1/factors/passkey', { name: 'Laptop', credential })
  return { passkey, reply }
}

/** The code in the newest mail to an address. */
export async function codeTo(app: TestApp, address: string): Promise<string> {
  const mails = await mailsTo(app, address)
  const code = mails.map(({ text }) => /^ +(\d{6})$/m.exec(text)?.[1]).find((found) => found !== undefined)
  if (code === undefined) throw new Error(`no mail with a code went to ${address}`)
  return code
}

/** Runs a call 50 times at once and counts how they ended, by status. */
export async function fiftyAtOnce(call: () => Promise<TestReply>): Promise<Record<number, number>> {
  const replies = await Promise.all(Array.from({ length: 50 }, call))
  const counts: Record<number, number> = {}
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
