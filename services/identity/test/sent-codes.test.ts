import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestApp, TestClient } from '@fanfare/testkit'
import { account, openTwilio, type TwilioDouble, token } from './doubles/twilio.ts'
import { bootFactors, codeTo, fiftyAtOnce, signInHalf } from './factor-app.ts'
import { buildOwner } from './factories.ts'
import { mailsTo } from './mails.ts'

let app: TestApp
let twilio: TwilioDouble
before(async () => {
  twilio = await openTwilio()
  app = await bootFactors({
    twilioAccountSid: account,
    twilioAuthToken: token,
    twilioFrom: '+15005550006',
    twilioUrl: twilio.url,
  })
})
after(async () => {
  await app.stop()
  await twilio[Symbol.asyncDispose]()
})

const minuteMs = 60_000
const wrongOf = (code: string) => (code === '000000' ? '000001' : '000000')

async function buildWithEmailCodes() {
  const owner = await buildOwner(app)
  const begun = await owner.browser.post('/v1/factors/email')
  assert.equal(begun.status, 201, begun.text)
  const added = await owner.browser.post(`/v1/factors/${begun.body.factorId}/confirm`, {
    code: await codeTo(app, owner.email),
  })
  assert.equal(added.status, 201, added.text)
  app.clock.advance(minuteMs)
  return { ...owner, hint: begun.body.to as string }
}

/** The newest of two mails of one moment cannot be told, so each code is asked for at a time of its own. */
async function askForCode(browser: TestClient, email: string): Promise<string> {
  app.clock.advance(minuteMs)
  const reply = await browser.post('/v1/proofs/codes', { method: 'email_code' })
  assert.equal(reply.status, 201, reply.text)
  return codeTo(app, email)
}

function lastText() {
  const text = twilio.sent.at(-1)
  assert.ok(text)
  return { ...text, code: text.body.slice(0, 6) }
}

const prove = (browser: TestClient, code: string) => browser.post('/v1/proofs', { method: 'email_code', code })

test('a code by email finishes a sign-in, once', async () => {
  const { email, hint } = await buildWithEmailCodes()
  assert.match(hint, /^o•••@example\.com$/)
  const browser = await signInHalf(app, email)
  assert.deepEqual((await browser.get('/v1/proofs')).body, {
    methods: ['email_code', 'recovery_code'],
    email: hint,
    phone: null,
  })
  const code = await askForCode(browser, email)
  assert.equal((await prove(browser, code)).status, 201)
  assert.equal((await prove(browser, code)).status, 422)
})

test('of 50 redemptions of one sent code one wins', async () => {
  const { browser, email } = await buildWithEmailCodes()
  const code = await askForCode(browser, email)
  const counts = await fiftyAtOnce(() => prove(browser, code))
  assert.equal(counts[201], 1)
})

test('five wrong codes end the right one (ASVS 6.6.3)', async () => {
  const { browser, email } = await buildWithEmailCodes()
  const code = await askForCode(browser, email)
  for (let round = 0; round < 5; round++) assert.notEqual((await prove(browser, wrongOf(code))).status, 201)
  assert.notEqual((await prove(browser, code)).status, 201)
})

test('a code ends after ten minutes, and with the next one that is sent (ASVS 6.6.2)', async () => {
  const { browser, email } = await buildWithEmailCodes()
  const late = await askForCode(browser, email)
  app.clock.advance(10 * minuteMs)
  assert.equal((await prove(browser, late)).status, 422)

  const former = await askForCode(browser, email)
  const code = await askForCode(browser, email)
  if (former !== code) assert.equal((await prove(browser, former)).status, 422)
  assert.equal((await prove(browser, code)).status, 201)
})

test('a code is good in the session that asked for it, and in no other of the same person (ASVS 6.6.2)', async () => {
  const { email } = await buildWithEmailCodes()
  const [asker, other] = [await signInHalf(app, email), await signInHalf(app, email)]
  const code = await askForCode(asker, email)
  const elsewhere = await prove(other, code)
  assert.deepEqual([elsewhere.status, elsewhere.body.code], [422, 'identity.code_wrong'])
  assert.equal((await prove(asker, code)).status, 201)
})

test('a code that adds a factor is no proof, and a proof adds no factor', async () => {
  const { browser, email } = await buildOwner(app)
  await browser.post('/v1/factors/email')
  const code = await codeTo(app, email)
  const reply = await prove(browser, code)
  assert.deepEqual([reply.status, reply.body.code], [422, 'identity.proof_refused'])
})

test('codes are not sent in a row, and not more than six within the hour', async () => {
  const { browser } = await buildWithEmailCodes()
  const ask = () => browser.post('/v1/proofs/codes', { method: 'email_code' })
  app.clock.advance(60 * minuteMs)
  const page = await browser.post('/v1/factors/email')
  assert.equal(page.status, 403)
  const first = await ask()
  const second = await ask()
  assert.deepEqual([first.status, second.status, second.body.code], [201, 429, 'identity.code_too_soon'])
  assert.ok(Number(second.headers.get('retry-after')) > 0)
  const statuses = []
  for (let round = 0; round < 6; round++) {
    app.clock.advance(minuteMs)
    statuses.push((await ask()).status)
  }
  assert.deepEqual(statuses, [201, 201, 201, 201, 201, 429])
  app.clock.advance(60 * minuteMs)
  assert.equal((await ask()).status, 201)
})

test('a code that is sent is kept under a key, not as digits', async () => {
  const { browser, email } = await buildWithEmailCodes()
  const code = await askForCode(browser, email)
  const rows = await app.db.transaction((trx) => trx.selectFrom('identity.factor_code').selectAll().execute())
  assert.ok(rows.length > 0)
  for (const row of rows) assert.notEqual((row as { hash: unknown }).hash, code)
  assert.equal((await mailsTo(app, email))[0]?.subject, 'Your code for Fanfare')
})

test('codes by SMS go to the number through Twilio, and finish a sign-in', async () => {
  const { browser, email } = await buildOwner(app)
  assert.ok((await browser.get('/v1/factors')).body.offered.includes('sms'))
  const begun = await browser.post('/v1/factors/sms', { phone: '+49 (151) 234-567 42' })
  assert.deepEqual([begun.status, begun.body.to], [201, '••• 42'])
  const { to, from, body, code } = lastText()
  assert.deepEqual([to, from], ['+4915123456742', '+15005550006'])
  assert.match(body, /^\d{6} is your code for Fanfare\./)
  const added = await browser.post(`/v1/factors/${begun.body.factorId}/confirm`, { code })
  assert.deepEqual([added.status, added.body.factor.name], [201, 'Codes to ••• 42'])

  const half = await signInHalf(app, email)
  assert.equal((await half.get('/v1/proofs')).body.phone, '••• 42')
  app.clock.advance(minuteMs)
  assert.equal((await half.post('/v1/proofs/codes', { method: 'sms_code' })).status, 201)
  const proof = await half.post('/v1/proofs', { method: 'sms_code', code: lastText().code })
  assert.deepEqual([proof.status, proof.body.partial], [201, false])
})

test('a second number is refused until the first is removed', async () => {
  const { browser } = await buildOwner(app)
  const { factorId } = (await browser.post('/v1/factors/sms', { phone: '+15005550001' })).body
  await browser.post(`/v1/factors/${factorId}/confirm`, { code: lastText().code })
  const reply = await browser.post('/v1/factors/sms', { phone: '+15005550002' })
  assert.deepEqual([reply.status, reply.body.code], [409, 'identity.factor_there'])
})

test('what Twilio refuses is said, without what it says of its account', async () => {
  const { browser } = await buildOwner(app)
  twilio.faults.push({ status: 400, code: 21610, message: 'Attempt to send to unsubscribed recipient' })
  const reply = await browser.post('/v1/factors/sms', { phone: '+15005550004' })
  assert.deepEqual([reply.status, reply.body.code], [503, 'identity.text_failed'])
  assert.match(reply.body.title, /Twilio answered 400 with its error 21610/)
})

test('a number without its country is refused by name', async () => {
  const { browser } = await buildOwner(app)
  const reply = await browser.post('/v1/factors/sms', { phone: '0151 23456789' })
  assert.equal(reply.status, 400)
  assert.equal(reply.body.violations[0].path, '/body/phone')
})

test('without a vendor of SMS its codes are not offered', async () => {
  await using plain = await bootFactors()
  const { browser } = await buildOwner(plain)
  assert.deepEqual((await browser.get('/v1/factors')).body.offered, ['totp', 'passkey', 'email'])
  const reply = await browser.post('/v1/factors/sms', { phone: '+15005550004' })
  assert.deepEqual([reply.status, reply.body.code], [422, 'identity.factor_not_offered'])
})

test('half of the settings of Twilio stop the start and name the others', async () => {
  await assert.rejects(bootFactors({ twilioAccountSid: account }), /FANFARE_IDENTITY_TWILIO_AUTH_TOKEN/)
})
