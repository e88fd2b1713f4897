import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Identity } from '@fanfare/identity/contract'
import {
  boot,
  createBrowser,
  createTestClock,
  findPostgres,
  openNameServer,
  openPostgresServer,
  type TestApp,
  type TestReply,
} from '@fanfare/testkit'
import { identity } from '../src/service.ts'
import { type CodeKey, consumeFactorCode } from '../src/store/factor-codes.ts'
import { listConfirmedFactors, takeTotpStep } from '../src/store/factors.ts'
import { consumeRecoveryCode } from '../src/store/recovery-codes.ts'
import type { Schema, Trx } from '../src/store/schema.ts'
import { addPasskey, addTotp, codeTo, fiftyAtOnce, nextStep, origin, totpCode } from './factor-app.ts'
import { buildMember, buildOwner, inviteAs, password, signedInTo } from './factories.ts'
import { buildCompany, comeBack, visitProvider } from './federation-stage.ts'
import { tokenTo } from './mails.ts'
import { createSoftwarePasskey } from './software-passkey.ts'

/**
 * Every secret that is good once, redeemed fifty times at once. On PostgreSQL with a pool of connections: the embedded database
 * is one connection, where transactions stand in line and no race is lost.
 */
const skip = findPostgres() ? false : 'needs PostgreSQL; apt install postgresql'
const cleanUp = new AsyncDisposableStack()
let app: TestApp
let names: Awaited<ReturnType<typeof openNameServer>>
before(async () => {
  if (skip) return
  const { url } = cleanUp.use(await openPostgresServer())
  names = cleanUp.use(await openNameServer())
  const clock = createTestClock()
  clock.set('2026-03-02T10:00:00Z')
  const settings = { bcryptCost: 4, signUp: 'open', allowPrivateIssuers: 'true', dnsServers: names.address }
  const db = { url, seed: undefined, poolMax: 30 }
  app = cleanUp.use(await boot([identity], { clock, config: { identity: settings, http: { publicUrl: origin }, db } }))
  assert.equal(app.db.kind, 'postgresql')
})
after(() => cleanUp.disposeAsync())

/** Of fifty calls one has this status, and none of the others is a failure of ours. */
async function oneHas(status: number, call: () => Promise<TestReply>): Promise<void> {
  const counts = await fiftyAtOnce(call)
  assert.equal(counts[status], 1, JSON.stringify(counts))
  assert.ok(!Object.keys(counts).some((other) => Number(other) >= 500), JSON.stringify(counts))
}

/** The same at the database itself, where no brake on guesses and no session that has changed keeps the others away. */
async function oneTakes(take: (trx: Trx) => Promise<boolean>): Promise<void> {
  const db = app.db.as<Schema>()
  const taken = await Promise.all(Array.from({ length: 50 }, () => db.transaction(take)))
  assert.equal(taken.filter(Boolean).length, 1)
}

const person = { name: 'Ada', password: 'seven quiet rivers', workspaceName: 'Engines' }

test('AU-07: the link of the first start makes one owner of fifty (ASVS 2.3.4)', { skip }, async () => {
  const { url } = await app.get(Identity).findSetupLink({})
  const token = new URL(url as string).searchParams.get('token') as string
  let racers = 0
  await oneHas(201, () => {
    racers += 1
    return app.anonymous.post('/v1/setup', { ...person, token, email: `racer${racers}@example.com` })
  })
  assert.equal((await app.get(Identity).listWorkspaces({})).length, 1)
})

test('AU-07: a link to sign up makes one account of fifty (ASVS 2.3.4)', { skip }, async () => {
  const email = 'new.here@example.com'
  await app.anonymous.post('/v1/sign-ups', { email })
  const token = await tokenTo(app, email)
  await oneHas(201, () => app.anonymous.post('/v1/sign-ups/finish', { ...person, token }))
})

test('AU-07: a link to prove an address is taken once of fifty (ASVS 2.3.4)', { skip }, async () => {
  const { browser, email } = await buildOwner(app)
  await browser.post('/v1/me/email-verification')
  const token = await tokenTo(app, email)
  await oneHas(204, () => app.anonymous.post('/v1/email-verifications/finish', { token }))
})

test('AU-07: a link to change the address, and the one to undo it, are taken once of fifty (ASVS 2.3.4)', {
  skip,
}, async () => {
  const { browser, email } = await buildOwner(app)
  await browser.post('/v1/me/email', { email: 'moved.on@example.com' })
  const change = await tokenTo(app, 'moved.on@example.com')
  await oneHas(200, () => app.anonymous.post('/v1/email-changes/finish', { token: change }))
  const undo = await tokenTo(app, email)
  await oneHas(200, () => app.anonymous.post('/v1/email-changes/undo', { token: undo }))
})

test('AU-07: a link to set a password is taken once of fifty (ASVS 2.3.4)', { skip }, async () => {
  const { email } = await buildOwner(app)
  await app.anonymous.post('/v1/password-resets', { email })
  const token = await tokenTo(app, email)
  let tries = 0
  await oneHas(204, () => {
    tries += 1
    return app.anonymous.post('/v1/password-resets/finish', { token, password: `seven quiet rivers ${tries}` })
  })
})

test('AU-07: an invitation makes one membership of fifty, accepted or signed up with (ASVS 2.3.4)', {
  skip,
}, async () => {
  const owner = await buildOwner(app)
  const guest = await buildOwner(app)
  const accepted = await inviteAs(owner.browser, guest.email, 'viewer')
  await oneHas(200, () => guest.browser.post('/v1/invitations/accept', { token: accepted }))
  const token = await inviteAs(owner.browser, 'invited@example.com', 'viewer')
  await oneHas(201, () => app.browser().post('/v1/invitations/sign-up', { token, name: 'A', password }))
  assert.equal((await owner.browser.get('/v1/members')).body.rows.length, 3)
})

test('AU-07: an ownership goes over once of fifty (ASVS 2.3.4)', { skip }, async () => {
  const owner = await buildOwner(app)
  const editor = await buildMember(app, owner, 'editor')
  await owner.browser.post('/v1/workspace/transfer', { userId: editor.userId })
  await oneHas(204, () => editor.browser.post('/v1/workspace/transfer/accept'))
  const { rows } = (await owner.browser.get('/v1/members')).body
  assert.deepEqual(rows.map(({ role }: { role: string }) => role).toSorted(), ['admin', 'owner'])
})

test('AU-06: a code that was sent is taken once of fifty (ASVS 6.5.1)', { skip }, async () => {
  const { browser, email, userId } = await buildOwner(app)
  const { factorId } = (await browser.post('/v1/factors/email')).body
  await browser.post(`/v1/factors/${factorId}/confirm`, { code: await codeTo(app, email) })
  app.clock.advance(60_000)
  await browser.post('/v1/proofs/codes', { method: 'email_code' })
  const code = await codeTo(app, email)
  await oneHas(201, () => browser.post('/v1/proofs', { method: 'email_code', code }))

  app.clock.advance(60_000)
  await browser.post('/v1/proofs/codes', { method: 'email_code' })
  const key: CodeKey = { accountId: userId, channel: 'email', purpose: 'proof' }
  const { hash } = await app.db
    .as<Schema>()
    .transaction((trx) =>
      trx
        .selectFrom('identity.factor_code')
        .select('hash')
        .where('account_id', '=', userId)
        .where('purpose', '=', 'proof')
        .executeTakeFirstOrThrow(),
    )
  await oneTakes((trx) => consumeFactorCode(trx, key, [hash as string], app.clock.now()))
})

test('AU-06: a recovery code is taken once of fifty (ASVS 6.5.1)', { skip }, async () => {
  const { browser, userId } = await buildOwner(app)
  const { recoveryCodes } = await addTotp(app, browser)
  await oneHas(201, () => browser.post('/v1/proofs', { method: 'recovery_code', code: recoveryCodes[0] }))
  const { hash } = await app.db
    .as<Schema>()
    .transaction((trx) =>
      trx
        .selectFrom('identity.recovery_code')
        .select('hash')
        .where('account_id', '=', userId)
        .executeTakeFirstOrThrow(),
    )
  await oneTakes((trx) => consumeRecoveryCode(trx, userId, hash))
  assert.equal((await browser.get('/v1/factors')).body.recoveryCodesLeft, 8)
})

test('AU-06: the code of an authenticator app is taken once of fifty (ASVS 6.5.1)', { skip }, async () => {
  const { browser, userId } = await buildOwner(app)
  const { secret } = await addTotp(app, browser)
  nextStep(app)
  const code = totpCode(app, secret)
  await oneHas(201, () => browser.post('/v1/proofs', { method: 'totp', code }))
  const [factor] = await app.db.as<Schema>().transaction((trx) => listConfirmedFactors(trx, userId))
  assert.ok(factor)
  const step = Number(factor.last_step) + 1
  await oneTakes((trx) => takeTotpStep(trx, factor, step, app.clock.now()))
})

test('AU-06: the answer of a passkey signs in once of fifty, whether or not it counts its answers (ASVS 6.5.1)', {
  skip,
}, async () => {
  for (const counts of [true, false]) {
    const { browser } = await buildOwner(app)
    const { passkey } = await addPasskey(browser, createSoftwarePasskey(origin, { counts }))
    const { body: options } = await app.anonymous.post('/v1/sessions/passkey-options')
    const credential = passkey.get(options)
    await oneHas(201, () => app.anonymous.post('/v1/sessions/passkey', { credential }))
  }
})

test('AU-08: the state of a sign-in elsewhere is taken once of fifty, and its code is shown once (ASVS 2.3.4)', {
  skip,
}, async () => {
  await using company = await buildCompany({ app, names, [Symbol.asyncDispose]: async () => {} })
  const browser = createBrowser(app.url)
  const { url } = (await browser.post('/v1/external-sign-ins', { domain: company.domain })).body
  const back = new URL(await visitProvider(url))
  const came = await Promise.all(Array.from({ length: 50 }, () => comeBack(app, browser, back.pathname + back.search)))
  assert.equal(came.filter(({ location }) => !location.searchParams.has('failed')).length, 1)
  assert.equal(company.provider.tokenCalls, 1)
})

test('AU-05, GHSA-392p-2q2v-4372: a refresh token buys once of fifty, and what it bought is good (ASVS 10.4.5)', {
  skip,
}, async () => {
  const { email } = await buildOwner(app)
  const { refreshToken } = (await app.anonymous.post('/v1/tokens', { email, password })).body
  const replies = await Promise.all(
    Array.from({ length: 50 }, () => app.anonymous.post('/v1/tokens/refresh', { refreshToken })),
  )
  const [won, ...others] = replies.filter(({ status }) => status === 200)
  assert.ok(won)
  assert.equal(others.length, 0)
  assert.ok(replies.every(({ status }) => status < 500))
  const { accessToken, refreshToken: next } = won.body
  assert.equal((await app.anonymous.get('/v1/me', { authorization: `Bearer ${accessToken}` })).status, 200)
  assert.equal((await app.anonymous.post('/v1/tokens/refresh', { refreshToken: next })).status, 200)
})

test('AU-05, GHSA-392p-2q2v-4372: of a rotation and a revocation at once, the revocation holds', { skip }, async () => {
  let rotated = 0
  for (let round = 0; round < 30; round++) {
    const { email } = await buildOwner(app)
    const { accessToken, refreshToken } = (await app.anonymous.post('/v1/tokens', { email, password })).body
    const refresh = () => app.anonymous.post('/v1/tokens/refresh', { refreshToken })
    const end = () =>
      app.anonymous.delete('/v1/sessions/current', undefined, { authorization: `Bearer ${accessToken}` })
    const [refreshed] = await Promise.all(round % 2 === 0 ? [refresh(), end()] : [end(), refresh()].toReversed())
    if (refreshed?.status !== 200) continue
    rotated += 1
    const { accessToken: access, refreshToken: next } = refreshed.body
    assert.equal((await app.anonymous.get('/v1/me', { authorization: `Bearer ${access}` })).status, 401)
    assert.equal((await app.anonymous.post('/v1/tokens/refresh', { refreshToken: next })).status, 401)
  }
  assert.ok(rotated > 0, 'no round had both')
})

test('AU-12: two last owners who go, or put each other down, at once leave one', { skip }, async () => {
  for (let round = 0; round < 20; round++) {
    const first = await buildOwner(app)
    const second = await buildMember(app, first, 'owner')
    const one = await signedInTo(app, first)
    const other = second.browser
    const [a, b] = [`/v1/members/${first.userId}`, `/v1/members/${second.userId}`]
    const replies = await Promise.all(
      round % 2 === 0
        ? [one.delete(`/v1/me/workspaces/${first.tenantId}`), other.delete(`/v1/me/workspaces/${first.tenantId}`)]
        : [one.patch(b, { role: 'viewer' }), other.patch(a, { role: 'viewer' })],
    )
    assert.ok(
      replies.every(({ status }) => status < 500),
      replies.map(({ text }) => text).join(),
    )
    const left = await app.db.withTenant(first.tenantId, (trx) =>
      trx.selectFrom('identity.membership').selectAll().where('role', '=', 'owner').execute(),
    )
    assert.equal(left.length, 1)
  }
})
