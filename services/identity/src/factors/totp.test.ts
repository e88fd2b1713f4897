import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateSync } from 'otplib'
import { totpStep, totpUri } from './totp.ts'

/** RFC 6238 appendix B, SHA-1: the secret is the ASCII text 12345678901234567890. The six digits are the last of its eight. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const vectors = [
  { seconds: 59, code: '94287082', step: 0x1 },
  { seconds: 1111111109, code: '07081804', step: 0x23523ec },
  { seconds: 1111111111, code: '14050471', step: 0x23523ed },
  { seconds: 1234567890, code: '89005924', step: 0x273ef07 },
  { seconds: 2000000000, code: '69279037', step: 0x3f940aa },
  { seconds: 20000000000, code: '65353130', step: 0x27bc86aa },
]

const at = (seconds: number) => new Date(seconds * 1_000)

for (const { seconds, code, step } of vectors) {
  test(`AU-06: the code of RFC 6238 at ${seconds} seconds is taken for its step`, () => {
    assert.equal(totpStep(secret, code.slice(2), at(seconds)), step)
  })
}

test('AU-06: a code counts in its own step and the ones beside it, and not two away', () => {
  const code = generateSync({ secret, epoch: 3_000 })
  const outcomes = [2_939, 2_940, 2_970, 3_000, 3_029, 3_059, 3_060, 3_090].map((now) =>
    totpStep(secret, code, at(now)),
  )
  assert.deepEqual(outcomes, [undefined, undefined, 100, 100, 100, 100, undefined, undefined])
})

test('what is not six digits is no code, and no error', () => {
  for (const code of ['', '12345', '1234567', 'abcdef', '１２３４５６', '12 345']) {
    assert.equal(totpStep(secret, code, at(59)), undefined)
  }
})

test('the address for an authenticator app names the product and the person', () => {
  const uri = new URL(totpUri({ secret, email: 'ada@example.com', product: 'Fanfare' }))
  assert.equal(uri.protocol, 'otpauth:')
  assert.equal(decodeURIComponent(uri.pathname), '/Fanfare:ada@example.com')
  assert.equal(uri.searchParams.get('secret'), secret)
})
