import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { createHmacSha256 } from '../../src/keys/hmac.ts'

test('the result is that of HMAC-SHA-256 for a key and a payload of any length', () => {
  const key = fc.uint8Array({ minLength: 0, maxLength: 64 })
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 700 }),
    fc.constantFrom(511, 512, 513).map((length) => new Uint8Array(length)),
  )
  fc.assert(
    fc.property(key, fc.array(payload, { minLength: 1, maxLength: 4 }), (key, payloads) => {
      const sign = createHmacSha256(key)
      for (const payload of payloads) {
        assert.deepEqual(sign(payload), createHmac('sha256', key).update(payload).digest())
      }
    }),
  )
})
