import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { newApiKey, newToken, prefixOfApiKey, tenantOfApiKey } from './tokens.ts'

test('an API key names its workspace', () => {
  for (let round = 0; round < 100; round += 1) {
    const tenantId = randomUUID()
    assert.equal(tenantOfApiKey(newApiKey(tenantId)), tenantId)
  }
})

test('one wrong character makes it no key at all', () => {
  const key = newApiKey(randomUUID())
  for (let index = 0; index < key.length; index += 1) {
    const wrong = key[index] === 'a' ? 'b' : 'a'
    assert.equal(tenantOfApiKey(key.slice(0, index) + wrong + key.slice(index + 1)), undefined)
  }
})

test('what a list shows of a key leaves 136 bits to guess', () => {
  const key = newApiKey(randomUUID())
  const secret = key.slice(26, 66)
  assert.match(secret, /^[0-9a-f]{40}$/)
  assert.equal(prefixOfApiKey(key).length, 32)
})

test('CVE-2021-27913: tokens hold 256 bits of the system’s randomness and do not repeat (ASVS 11.5.1)', () => {
  const tokens = new Set(Array.from({ length: 1_000 }, newToken))
  assert.equal(tokens.size, 1_000)
  for (const token of tokens) assert.equal(Buffer.from(token, 'base64url').length, 32)
})
