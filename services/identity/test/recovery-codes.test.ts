import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestApp } from '@fanfare/testkit'
import { bootFactors, buildGuarded, fiftyAtOnce, signInHalf } from './factor-app.ts'
import { mailsTo } from './mails.ts'

let app: TestApp
before(async () => {
  app = await bootFactors()
})
after(() => app.stop())

test('AU-06: a recovery code finishes a sign-in once, and the person is told how many are left (ASVS 6.5.1)', async () => {
  const { email, recoveryCodes } = await buildGuarded(app)
  const code = recoveryCodes[3] as string
  const browser = await signInHalf(app, email)
  assert.equal((await browser.post('/v1/proofs', { method: 'recovery_code', code: code.toUpperCase() })).status, 201)
  assert.equal((await browser.get('/v1/factors')).body.recoveryCodesLeft, 9)

  const again = await (await signInHalf(app, email)).post('/v1/proofs', { method: 'recovery_code', code })

  assert.deepEqual([again.status, again.body.code], [422, 'identity.code_wrong'])
  const used = (await mailsTo(app, email)).find(({ subject }) => subject.startsWith('A recovery code was used'))
  assert.match(used?.text ?? '', /You have 9 left/)
})

test('AU-06: of 50 redemptions of one recovery code one wins', async () => {
  const { browser, recoveryCodes } = await buildGuarded(app)
  const code = recoveryCodes[0]
  const counts = await fiftyAtOnce(() => browser.post('/v1/proofs', { method: 'recovery_code', code }))
  assert.equal(counts[201], 1)
  assert.equal((await browser.get('/v1/factors')).body.recoveryCodesLeft, 9)
})

test('new recovery codes end the former ones', async () => {
  const { browser, email, recoveryCodes } = await buildGuarded(app)
  const renewed = await browser.post('/v1/recovery-codes')
  assert.equal(renewed.status, 201)
  assert.equal(new Set([...renewed.body.codes, ...recoveryCodes]).size, 20)
  const half = await signInHalf(app, email)
  const prove = (code: unknown) => half.post('/v1/proofs', { method: 'recovery_code', code })
  assert.equal((await prove(recoveryCodes[0])).status, 422)
  assert.equal((await prove(renewed.body.codes[0])).status, 201)
})

test('a recovery code of somebody else is none', async () => {
  const { recoveryCodes } = await buildGuarded(app)
  const { email } = await buildGuarded(app)
  const half = await signInHalf(app, email)
  assert.equal((await half.post('/v1/proofs', { method: 'recovery_code', code: recoveryCodes[0] })).status, 422)
})

test('recovery codes are kept as hashes only (ASVS 6.5.2)', async () => {
  const { recoveryCodes } = await buildGuarded(app)
  const rows = await app.db.transaction((trx) => trx.selectFrom('identity.recovery_code').selectAll().execute())
  const kept = JSON.stringify(rows)
  for (const code of recoveryCodes) assert.ok(!kept.includes(code) && !kept.includes(code.replaceAll('-', '')))
})
