import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { joinTags, splitTags } from './tags.ts'

for (const [cell, expected] of [
  ['', []],
  ['vip, beta', ['vip', 'beta']],
  ['"vip","a, b"', ['vip', 'a, b']],
  ['vip;beta', ['vip', 'beta']],
  ['* myContacts ::: Friends', ['myContacts', 'Friends']],
  ['* myContacts', ['myContacts']],
  ['vip,vip,,', ['vip']],
  ['a "b" c', ['a "b" c']],
] as const) {
  test(`tags are split: ${JSON.stringify(cell)}`, () => assert.deepEqual(splitTags(cell), expected))
}

test('a tag that is too long is refused', () => assert.equal(splitTags('x'.repeat(101)), undefined))

test('tags that go out come back', () => {
  const tag = fc
    .string({ unit: fc.constantFrom('a', ',', ';', '"', ':', '*', ' ', "'"), minLength: 1, maxLength: 12 })
    .map((text) => text.trim())
    .filter((text) => text !== '')
  fc.assert(
    fc.property(fc.uniqueArray(tag, { maxLength: 5 }), (tags) => assert.deepEqual(splitTags(joinTags(tags)), tags)),
  )
})
