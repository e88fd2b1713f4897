import assert from 'node:assert/strict'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { test } from 'node:test'
import { decodeTag, encodeTag, tagLength } from './tag.ts'

const keys = {
  sign: (purpose: string, payload: Uint8Array) =>
    createHmac('sha256', `key/${purpose}`).update(payload).digest().subarray(0, 16),
  verify: (purpose: string, payload: Uint8Array, signature: Uint8Array, bytes?: number) => {
    const expected = keys.sign(purpose, payload).subarray(0, bytes)
    return signature.length === expected.length && timingSafeEqual(expected, signature)
  },
}
const ref = { tenantId: '0198c0de-0000-7000-8000-00000000000a', deliveryId: '0198c0de-0000-7000-bfff-ffffffffffff' }

test('a tag says which delivery it is of, also after its case was changed', () => {
  const tag = encodeTag(keys, ref)
  assert.match(tag, /^[0-9a-v]{61}$/)
  assert.deepEqual(decodeTag(keys, tag), ref)
  assert.deepEqual(decodeTag(keys, tag.toUpperCase()), ref)
})

test('changing any digit of a tag makes it worthless', () => {
  const tag = encodeTag(keys, ref)
  for (let at = 0; at < tagLength; at++) {
    for (const digit of '0123456789abcdefghijklmnopqrstuv') {
      if (digit === tag[at]) continue
      assert.equal(decodeTag(keys, tag.slice(0, at) + digit + tag.slice(at + 1)), undefined)
    }
  }
})

test('what is no tag is none', () => {
  for (const text of ['', 'a', 'w'.repeat(tagLength), '0'.repeat(tagLength), `${encodeTag(keys, ref)}0`]) {
    assert.equal(decodeTag(keys, text), undefined)
  }
})
