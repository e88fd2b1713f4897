import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestApp } from '@fanfare/testkit'
import { addPasskey, bootFactors, fiftyAtOnce, origin, signInHalf } from './factor-app.ts'
import { bootIdentity, buildOwner } from './factories.ts'
import { createSoftwarePasskey, type Wrongs } from './software-passkey.ts'

let app: TestApp
before(async () => {
  app = await bootFactors()
})
after(() => app.stop())

async function buildWithPasskey() {
  const owner = await buildOwner(app)
  const { passkey, reply } = await addPasskey(owner.browser)
  assert.equal(reply.status, 201, reply.text)
  return { ...owner, passkey, factorId: reply.body.factor.id as string }
}

async function optionsFor(browser = app.anonymous) {
  const { body } = await browser.post('/v1/sessions/passkey-options')
  return body
}

const refused = [422, 'identity.passkey_refused']

test('a passkey is asked for the public URL, whatever host a request names', async () => {
  const { browser } = await buildOwner(app)
  const host = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' }
  const creation = await browser.post('/v1/factors/passkey-options', undefined, host)
  const request = await app.anonymous.post('/v1/sessions/passkey-options', undefined, host)
  assert.deepEqual([creation.body.rp.id, request.body.rpId], ['localhost', 'localhost'])
  assert.notEqual(new URL(app.url).hostname, 'localhost')
})

test('a passkey alone signs in, with nobody named before', async () => {
  const { email, passkey } = await buildWithPasskey()
  const browser = app.browser()
  const options = await optionsFor(browser)
  assert.deepEqual(options.allowCredentials, [])
  assert.equal(options.userVerification, 'required')

  const reply = await browser.post('/v1/sessions/passkey', { credential: passkey.get(options) })

  assert.deepEqual([reply.status, reply.body.person?.email], [201, email])
  assert.equal((await browser.get('/v1/me')).status, 200)
  assert.ok((await browser.get('/v1/factors')).body.rows[0].lastUsedAt)
})

test('a passkey finishes a sign-in that began with the password', async () => {
  const { email, passkey } = await buildWithPasskey()
  const browser = await signInHalf(app, email)
  assert.deepEqual((await browser.get('/v1/proofs')).body.methods, ['passkey', 'recovery_code'])
  const { body: options } = await browser.post('/v1/proofs/passkey-options')
  assert.deepEqual(
    options.allowCredentials.map(({ id }: { id: string }) => id),
    [passkey.id],
  )
  const proof = await browser.post('/v1/proofs', { method: 'passkey', credential: passkey.get(options) })
  assert.deepEqual([proof.status, proof.body.partial], [201, false])
})

test('an answer is taken once, also of 50 at once', async () => {
  const { passkey } = await buildWithPasskey()
  const credential = passkey.get(await optionsFor())
  const counts = await fiftyAtOnce(() => app.anonymous.post('/v1/sessions/passkey', { credential }))
  assert.deepEqual(counts, { 201: 1, 422: 49 })
})

test('an answer to a challenge of five minutes ago, or to one that we never gave, is refused', async () => {
  const { passkey } = await buildWithPasskey()
  const options = await optionsFor()
  app.clock.advance(5 * 60_000)
  const late = await app.anonymous.post('/v1/sessions/passkey', { credential: passkey.get(options) })
  assert.deepEqual([late.status, late.body.code], refused)
  const own = { ...(await optionsFor()), challenge: 'A'.repeat(43) }
  const invented = await app.anonymous.post('/v1/sessions/passkey', { credential: passkey.get(own) })
  assert.deepEqual([invented.status, invented.body.code], refused)
})

test('a challenge is good for what and for whom it was given', async () => {
  const { browser, passkey } = await buildWithPasskey()
  const { body: proof } = await browser.post('/v1/proofs/passkey-options')
  const asSignIn = await app.anonymous.post('/v1/sessions/passkey', { credential: passkey.get(proof) })
  assert.deepEqual([asSignIn.status, asSignIn.body.code], refused)

  const other = await buildWithPasskey()
  const { body: theirs } = await browser.post('/v1/proofs/passkey-options')
  const credential = passkey.get(theirs)
  const inOther = await other.browser.post('/v1/proofs', { method: 'passkey', credential })
  assert.deepEqual([inOther.status, inOther.body.code], refused)
})

test("somebody else's passkey proves nothing about a person", async () => {
  const { passkey } = await buildWithPasskey()
  const { browser } = await buildWithPasskey()
  const { body: options } = await browser.post('/v1/proofs/passkey-options')
  const reply = await browser.post('/v1/proofs', { method: 'passkey', credential: passkey.get(options) })
  assert.deepEqual([reply.status, reply.body.code], [422, 'identity.code_wrong'])
})

const wrongs: Readonly<Record<string, Wrongs>> = {
  'from another site': { origin: 'http://localhost.evil.example' },
  'for another host': { rpId: 'evil.example' },
  'without user verification': { userVerified: false },
  'of a copy, whose counter stands': { counter: 1 },
  'signed by another key': { signedBy: createSoftwarePasskey(origin) },
}
for (const [what, wrong] of Object.entries(wrongs)) {
  test(`an answer ${what} is refused`, async () => {
    const { passkey } = await buildWithPasskey()
    const credential = passkey.get(await optionsFor(), wrong)
    const reply = await app.anonymous.post('/v1/sessions/passkey', { credential })
    assert.deepEqual([reply.status, reply.body.code], refused)
  })
}

test('a passkey that says it is of another person is refused', async () => {
  const { passkey } = await buildWithPasskey()
  const other = await buildOwner(app)
  const credential = passkey.get(await optionsFor()) as { response: Record<string, string> }
  credential.response.userHandle = Buffer.from(other.userId).toString('base64url')
  const reply = await app.anonymous.post('/v1/sessions/passkey', { credential })
  assert.deepEqual([reply.status, reply.body.code], refused)
})

test('a passkey that does not count is taken again and again', async () => {
  const { browser } = await buildOwner(app)
  const { passkey } = await addPasskey(browser, createSoftwarePasskey(origin, { counts: false }))
  for (let round = 0; round < 2; round++) {
    const reply = await app.anonymous.post('/v1/sessions/passkey', { credential: passkey.get(await optionsFor()) })
    assert.equal(reply.status, 201)
  }
})

test('a passkey belongs to one person: another cannot register it', async () => {
  const { passkey } = await buildWithPasskey()
  const { browser } = await buildOwner(app)
  const { reply } = await addPasskey(browser, passkey)
  assert.deepEqual([reply.status, reply.body.code], refused)
})

test('GHSA-4vcf-q4xf-f48m: nobody renames or removes a passkey of somebody else, and learns nothing of it', async () => {
  const { browser, factorId, passkey } = await buildWithPasskey()
  const stranger = await buildWithPasskey()
  const renamed = await stranger.browser.patch(`/v1/factors/${factorId}`, { name: 'Mine now' })
  const removed = await stranger.browser.delete(`/v1/factors/${factorId}`)
  const nobody = await stranger.browser.delete('/v1/factors/00000000-0000-4000-8000-000000000000')
  assert.deepEqual([renamed.status, removed.status], [404, 404])
  assert.equal(removed.body.code, nobody.body.code)

  assert.equal((await browser.get('/v1/factors')).body.rows[0].name, 'Laptop')
  const reply = await app.anonymous.post('/v1/sessions/passkey', { credential: passkey.get(await optionsFor()) })
  assert.equal(reply.status, 201)
})

test('a removed passkey signs in no longer', async () => {
  const { browser, factorId, passkey } = await buildWithPasskey()
  assert.equal((await browser.patch(`/v1/factors/${factorId}`, { name: 'Old laptop' })).body.name, 'Old laptop')
  assert.equal((await browser.delete(`/v1/factors/${factorId}`)).status, 204)
  const reply = await app.anonymous.post('/v1/sessions/passkey', { credential: passkey.get(await optionsFor()) })
  assert.deepEqual([reply.status, reply.body.code], refused)
})

test('what is no answer of a passkey is refused by name or as a passkey, never with an error of ours', async () => {
  const shapeless = await app.anonymous.post('/v1/sessions/passkey', { credential: {} })
  assert.equal(shapeless.status, 400)
  const response = { clientDataJSON: 'AAAA', authenticatorData: 'AAAA', signature: 'AAAA' }
  const credential = { id: 'AAAA', rawId: 'AAAA', type: 'public-key', clientExtensionResults: {}, response }
  const garbage = await app.anonymous.post('/v1/sessions/passkey', { credential })
  assert.deepEqual([garbage.status, garbage.body.code], refused)
  const options = await optionsFor()
  const clientDataJSON = Buffer.from(JSON.stringify({ challenge: options.challenge })).toString('base64url')
  const hollow = { ...credential, response: { ...response, clientDataJSON } }
  const reply = await app.anonymous.post('/v1/sessions/passkey', { credential: hollow })
  assert.deepEqual([reply.status, reply.body.code], refused)
})

test('where the public URL is a bare address passkeys are not offered', async () => {
  await using plain = await bootIdentity()
  const { browser } = await buildOwner(plain)
  assert.deepEqual((await browser.get('/v1/factors')).body.offered, ['totp', 'email'])
  const reply = await browser.post('/v1/factors/passkey-options')
  assert.deepEqual([reply.status, reply.body.code], [422, 'identity.factor_not_offered'])
})
