import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestApp, TestClient } from '@fanfare/testkit'
import { listConfirmedFactors, takeTotpStep } from '../src/store/factors.ts'
import type { Schema } from '../src/store/schema.ts'
import { addTotp, bootFactors, buildGuarded, fiftyAtOnce, nextStep, signInHalf, totpCode } from './factor-app.ts'
import { buildOwner, password } from './factories.ts'
import { mailsTo } from './mails.ts'

let app: TestApp
before(async () => {
  app = await bootFactors()
})
after(() => app.stop())

const wrongOf = (code: string) => (code === '000000' ? '000001' : '000000')

test('an authenticator app is added with its first code, and the person is told (ASVS 6.3.7)', async () => {
  const { browser, email } = await buildOwner(app)
  const begun = await browser.post('/v1/factors/totp', { name: 'My phone' })
  assert.equal(begun.status, 201)
  assert.match(
    begun.body.uri,
    /^otpauth:\/\/totp\/Fanfare:owner\d+%40example\.com\?secret=[A-Z2-7]{32}&issuer=Fanfare$/,
  )
  assert.equal((await browser.get('/v1/factors')).body.rows.length, 0)

  const code = totpCode(app, begun.body.secret)
  const wrong = await browser.post(`/v1/factors/${begun.body.factorId}/confirm`, { code: wrongOf(code) })
  assert.deepEqual([wrong.status, wrong.body.code], [422, 'identity.code_wrong'])
  const added = await browser.post(`/v1/factors/${begun.body.factorId}/confirm`, { code })

  assert.equal(added.status, 201)
  assert.equal(added.body.recoveryCodes.length, 10)
  const { rows, recoveryCodesLeft } = (await browser.get('/v1/factors')).body
  assert.deepEqual([rows[0].name, rows[0].kind, recoveryCodesLeft], ['My phone', 'totp', 10])
  const [mail] = await mailsTo(app, email)
  assert.match(mail?.subject ?? '', /second factor was added/)
})

test('AU-06: a sign-in with a second factor opens nothing until its code is given, in a session with a new token', async () => {
  const { email, secret } = await buildGuarded(app)
  const browser = await signInHalf(app, email)
  assert.deepEqual((await browser.get('/v1/proofs')).body, {
    methods: ['totp', 'recovery_code'],
    email: null,
    phone: null,
  })

  const proof = await browser.post('/v1/proofs', { method: 'totp', code: totpCode(app, secret) })

  assert.deepEqual([proof.status, proof.body.partial], [201, false])
  assert.match(proof.headers.getSetCookie().join(), /fanfare_session=[\w-]{43};/)
  assert.equal((await browser.get('/v1/me')).body.person.email, email)
})

test('half a sign-in is not told who it is of, or in which workspaces', async () => {
  const { email } = await buildGuarded(app)
  const { body } = await app.anonymous.post('/v1/sessions', { email, password })
  assert.deepEqual([body.person.name, body.workspaces], ['', []])
})

test('AU-06: a code is taken once, also of 50 sessions at once (ASVS 6.5.1)', async () => {
  const { email, secret } = await buildGuarded(app)
  // One after the other: tries that come at once are held back as guesses would be.
  const halves: TestClient[] = []
  for (let round = 0; round < 50; round++) halves.push(await signInHalf(app, email))
  const code = totpCode(app, secret)
  let next = 0
  const counts = await fiftyAtOnce(() => {
    next += 1
    return (halves[next - 1] as TestClient).post('/v1/proofs', { method: 'totp', code })
  })
  assert.equal(counts[201], 1)
  const again = await (await signInHalf(app, email)).post('/v1/proofs', { method: 'totp', code })
  assert.notEqual(again.status, 201)
})

test('AU-06: of 50 that take the same time step at once one gets it, whatever stands before the database', async () => {
  const { userId } = await buildGuarded(app)
  const db = app.db.as<Schema>()
  const [factor] = await db.transaction((trx) => listConfirmedFactors(trx, userId))
  assert.ok(factor)
  const step = Number(factor.last_step) + 1
  const take = () => db.transaction((trx) => takeTotpStep(trx, factor, step, app.clock.now()))
  const taken = await Promise.all(Array.from({ length: 50 }, take))
  assert.equal(taken.filter(Boolean).length, 1)
})

test('AU-06: the code of the step before is refused once a later one was taken', async () => {
  const { browser, secret } = await buildGuarded(app)
  nextStep(app)
  assert.equal((await browser.post('/v1/proofs', { method: 'totp', code: totpCode(app, secret) })).status, 201)
  const earlier = await browser.post('/v1/proofs', { method: 'totp', code: totpCode(app, secret, -1) })
  assert.deepEqual([earlier.status, earlier.body.code], [422, 'identity.code_wrong'])
})

test('AU-06: a code counts one step early and one late, and not two', async () => {
  const statuses = []
  for (const away of [-2, -1, 1, 2]) {
    const { browser, secret } = await buildGuarded(app)
    nextStep(app)
    nextStep(app)
    const reply = await browser.post('/v1/proofs', { method: 'totp', code: totpCode(app, secret, away) })
    statuses.push(reply.status)
  }
  assert.deepEqual(statuses, [422, 201, 201, 422])
})

test('the code that added an authenticator app is used up by that', async () => {
  const { browser, secret } = await buildGuarded(app)
  const reply = await browser.post('/v1/proofs', { method: 'totp', code: totpCode(app, secret, -1) })
  assert.equal(reply.status, 422)
})

test('of 50 confirmations of the same authenticator app one adds it', async () => {
  const { browser } = await buildOwner(app)
  const { factorId, secret } = (await browser.post('/v1/factors/totp', {})).body
  const code = totpCode(app, secret)
  const counts = await fiftyAtOnce(() => browser.post(`/v1/factors/${factorId}/confirm`, { code }))
  assert.equal(counts[201], 1)
  assert.equal((await browser.get('/v1/factors')).body.rows.length, 1)
})

test('the secret of an authenticator app is kept encrypted', async () => {
  const { secret } = await buildGuarded(app)
  const rows = await app.db.transaction((trx) => trx.selectFrom('identity.factor').selectAll().execute())
  assert.ok(rows.length > 0)
  const kept = JSON.stringify(rows)
  assert.ok(!kept.includes(secret))
  assert.ok(!kept.includes(Buffer.from(secret).toString('base64url')))
})

test('adding a factor and removing one end the other sessions of the person, and the person is told (ASVS 7.4.3)', async () => {
  const { browser, email } = await buildOwner(app)
  const other = app.browser()
  await other.post('/v1/sessions', { email, password })
  const { factorId, secret } = await addTotp(app, browser)
  assert.equal((await other.get('/v1/me')).status, 401)

  const again = await signInHalf(app, email)
  await again.post('/v1/proofs', { method: 'totp', code: totpCode(app, secret) })
  assert.equal((await again.get('/v1/me')).status, 200)
  assert.equal((await browser.delete(`/v1/factors/${factorId}`)).status, 204)

  assert.equal((await again.get('/v1/me')).status, 401)
  assert.equal((await browser.get('/v1/me')).status, 200)
  assert.equal((await browser.get('/v1/factors')).body.recoveryCodesLeft, 0)
  const subjects = (await mailsTo(app, email)).map(({ subject }) => subject)
  assert.ok(subjects.includes('A second factor was removed from your Fanfare account'))
})

test('an enrolment that was begun half an hour ago is begun again', async () => {
  const { browser } = await buildOwner(app)
  const { factorId, secret } = (await browser.post('/v1/factors/totp', {})).body
  app.clock.advance(9 * 60_000)
  await browser.post('/v1/proofs', { method: 'password', password })
  app.clock.advance(9 * 60_000)
  await browser.post('/v1/proofs', { method: 'password', password })
  app.clock.advance(9 * 60_000)
  await browser.post('/v1/proofs', { method: 'password', password })
  app.clock.advance(9 * 60_000)
  const late = await browser.post(`/v1/factors/${factorId}/confirm`, { code: totpCode(app, secret) })
  assert.deepEqual([late.status, late.body.code], [404, 'identity.factor_missing'])
})
