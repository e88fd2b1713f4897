import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSoftwarePasskey, type Wrongs } from '../../test/software-passkey.ts'
import type { PasskeyAssertion, PasskeyRegistration } from '../contract/factors.ts'
import {
  assertionOptions,
  challengeIn,
  passkeyHome,
  registrationOptions,
  verifyAssertion,
  verifyRegistration,
} from './passkey-ceremony.ts'

const home = { origin: 'https://fanfare.example', rpId: 'fanfare.example' }
const account = { id: 'a5a1c3f0-0000-4000-8000-000000000001', email: 'ada@example.com', name: 'Ada' }
const challenge = new Uint8Array(32).fill(7)

async function register(wrongs: Wrongs = {}) {
  const passkey = createSoftwarePasskey(home.origin)
  const options = await registrationOptions(home, { challenge, product: 'Fanfare', account, known: [] })
  const stored = await verifyRegistration(
    home,
    options.challenge,
    passkey.create(options, wrongs) as PasskeyRegistration,
  )
  return { passkey, stored }
}

test('passkeys are at home on the host of the public URL, and nowhere without one', () => {
  assert.deepEqual(passkeyHome('https://fanfare.example:8443'), {
    origin: 'https://fanfare.example:8443',
    rpId: 'fanfare.example',
  })
  assert.deepEqual(passkeyHome('http://localhost:8080'), { origin: 'http://localhost:8080', rpId: 'localhost' })
  for (const url of ['http://127.0.0.1:8080', 'https://192.0.2.1', 'https://[2001:db8::1]', 'http://fanfare.example']) {
    assert.equal(passkeyHome(url), undefined)
  }
})

test('a passkey is asked to be findable and to know its owner, and its answer is kept', async () => {
  const options = await registrationOptions(home, { challenge, product: 'Fanfare', account, known: [] })
  assert.deepEqual(options.authenticatorSelection, {
    residentKey: 'required',
    requireResidentKey: true,
    userVerification: 'required',
  })
  const { passkey, stored } = await register()
  assert.equal(stored?.id, passkey.id)
  assert.equal(stored?.counter, 1)
})

const refusedRegistrations: Readonly<Record<string, Wrongs>> = {
  'another origin': { origin: 'https://fanfare.example.evil.example' },
  'another host': { rpId: 'evil.example' },
  'another challenge': { challenge: 'AAAA' },
  'an answer to another question': { type: 'webauthn.get' },
  'no user verification': { userVerified: false },
}
for (const [what, wrongs] of Object.entries(refusedRegistrations)) {
  test(`a registration with ${what} is refused`, async () => {
    assert.equal((await register(wrongs)).stored, undefined)
  })
}

const refusedAssertions: Readonly<Record<string, Wrongs>> = {
  'another origin': { origin: 'http://fanfare.example' },
  'another host': { rpId: 'evil.example' },
  'another challenge': { challenge: 'AAAA' },
  'an answer to another question': { type: 'webauthn.create' },
  'no user verification': { userVerified: false },
  'a counter that went back': { counter: 1 },
  'the signature of another passkey': { signedBy: createSoftwarePasskey(home.origin) },
}
for (const [what, wrongs] of Object.entries(refusedAssertions)) {
  test(`a sign-in with ${what} is refused`, async () => {
    const { passkey, stored } = await register()
    const options = await assertionOptions(home, { challenge, known: [] })
    const answer = passkey.get(options, wrongs) as PasskeyAssertion
    assert.ok(stored)
    assert.equal(await verifyAssertion(home, options.challenge, answer, stored), undefined)
  })
}

test('a right answer gives the counter', async () => {
  const { passkey, stored } = await register()
  assert.ok(stored)
  const options = await assertionOptions(home, { challenge, known: [stored] })
  assert.deepEqual(options.allowCredentials, [{ id: passkey.id, type: 'public-key', transports: ['internal'] }])
  const answer = passkey.get(options) as PasskeyAssertion
  assert.equal(challengeIn(answer.response.clientDataJSON), options.challenge)
  assert.equal(await verifyAssertion(home, options.challenge, answer, stored), 2)
})

test('what is no answer at all has no challenge', () => {
  for (const text of ['', 'AAAA', Buffer.from('null').toString('base64url'), Buffer.from('{}').toString('base64url')]) {
    assert.equal(challengeIn(text), undefined)
  }
})
