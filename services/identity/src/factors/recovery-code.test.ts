import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newBytes } from '../tokens.ts'
import { hashRecoveryCode, readRecoveryCode, recoveryCodeOf } from './recovery-code.ts'

test('AU-06: a recovery code has 60 bits and reads as three groups (ASVS 6.5.4)', () => {
  const codes = new Set(Array.from({ length: 1_000 }, () => recoveryCodeOf(newBytes(12))))
  assert.equal(codes.size, 1_000)
  for (const code of codes) assert.match(code, /^([0-9a-hjkmnp-tv-z]{4}-){2}[0-9a-hjkmnp-tv-z]{4}$/)
  assert.equal(12 * Math.log2(32), 60)
})

test('a recovery code is read as people type it', () => {
  for (const typed of ['k1f0-7w2m-q8xd', ' K1F0 7W2M Q8XD ', 'kLfo7w2mq8xd', 'kif0-7w2m-q8xd']) {
    assert.equal(readRecoveryCode(typed), 'k1f07w2mq8xd')
  }
  for (const typed of ['', 'k1f0-7w2m', 'k1f0-7w2m-q8xd-1', 'u1f0-7w2m-q8xd', '%']) {
    assert.equal(readRecoveryCode(typed), undefined)
  }
})

test('the same code under another salt has another hash (ASVS 6.5.2)', async () => {
  assert.equal(await hashRecoveryCode('k1f07w2mq8xd', 'a'), await hashRecoveryCode('k1f07w2mq8xd', 'a'))
  assert.notEqual(await hashRecoveryCode('k1f07w2mq8xd', 'a'), await hashRecoveryCode('k1f07w2mq8xd', 'b'))
})
