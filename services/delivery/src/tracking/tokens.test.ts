import assert from 'node:assert/strict'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { test } from 'node:test'
import { decodeToken, encodeToken, type TokenPurpose } from './tokens.ts'

const keys = {
  sign: (purpose: string, payload: Uint8Array) =>
    createHmac('sha256', `key/${purpose}`).update(payload).digest().subarray(0, 16),
  verify: (purpose: string, payload: Uint8Array, signature: Uint8Array) =>
    signature.length === 16 && timingSafeEqual(keys.sign(purpose, payload), signature),
}
const token = { tenantId: '0198c0de-0000-7000-8000-00000000000a', deliveryId: '0198c0de-0000-7000-8000-00000000000b' }
const click = { ...token, linkId: '00ff00ff00ff00ff' }

test('a token says what was put into it', () => {
  assert.deepEqual(decodeToken(keys, 'click', encodeToken(keys, 'click', click)), click)
  assert.deepEqual(decodeToken(keys, 'unsubscribe', encodeToken(keys, 'unsubscribe', token)), token)
})

test('a token of one purpose is no token of another', () => {
  const purposes: TokenPurpose[] = ['click', 'open', 'unsubscribe', 'preferences']
  for (const made of purposes) {
    const text = encodeToken(keys, made, made === 'click' ? click : token)
    for (const asked of purposes.filter((purpose) => purpose !== made)) {
      assert.equal(decodeToken(keys, asked, text), undefined, `${made} as ${asked}`)
    }
  }
})

test('changing any character of a token makes it worthless', () => {
  const text = encodeToken(keys, 'click', click)
  for (let at = 0; at < text.length; at++) {
    const other = text[at] === 'A' ? 'B' : 'A'
    assert.equal(decodeToken(keys, 'click', text.slice(0, at) + other + text.slice(at + 1)), undefined, `at ${at}`)
  }
})

test('cut, lengthened, re-spelled and foreign text is no token', () => {
  const text = encodeToken(keys, 'click', click)
  for (const forged of ['', text.slice(1), `${text}A`, `${text}=`, `${text} `, '../../etc/passwd', 'é'.repeat(87)]) {
    assert.equal(decodeToken(keys, 'click', forged), undefined, forged)
  }
})
