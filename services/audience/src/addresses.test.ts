import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deliveryAddress, readAddress } from './addresses.ts'

test('addresses that differ in case or in the script of the domain are the same', () => {
  assert.deepEqual(readAddress(' Ada@Example.COM '), { email: 'Ada@Example.COM', key: 'ada@example.com' })
  assert.equal(readAddress('ada@münchen.de')?.key, readAddress('ADA@xn--mnchen-3ya.de')?.key)
  assert.equal(readAddress('ada@mu\u0308nchen.de')?.key, 'ada@xn--mnchen-3ya.de')
})

test('what goes on the wire has its domain in ASCII', () => {
  assert.equal(deliveryAddress('Ada@münchen.de'), 'Ada@xn--mnchen-3ya.de')
})

for (const address of [
  'a@b',
  '@example.com',
  'a@',
  'a b@example.com',
  'a@@example.com',
  'a@example..com',
  '.a@example.com',
  'a.@example.com',
  `${'a'.repeat(65)}@example.com`,
  `a@${'b'.repeat(64)}.com`,
  'a@[127.0.0.1]',
  '"a b"@example.com',
  'a@exam\nple.com',
  'a@b.co,c@d.co',
]) {
  test(`an address that cannot be delivered to is refused: ${JSON.stringify(address).slice(0, 40)}`, () =>
    assert.equal(readAddress(address), undefined))
}
