import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalAddress, isInNetworks, parseNetwork } from '@fanfare/kernel'

for (const [given, expected] of [
  ['192.0.2.7', '192.0.2.7'],
  [' 192.0.2.7/32 ', '192.0.2.7'],
  ['10.1.2.3/8', '10.0.0.0/8'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:c000:0207/128', '192.0.2.7'],
  ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
  ['2001:DB8:0:0::1/32', '2001:db8::/32'],
  ['2001:db8::1', '2001:db8::1'],
  ['fe80::1%eth0', undefined],
  ['010.0.0.1', undefined],
  ['0x7f.0.0.1', undefined],
  ['127.1', undefined],
  ['10.0.0.0/33', undefined],
  ['2001:db8::/129', undefined],
  ['10.0.0.0/-1', undefined],
  ['10.0.0.0/8/8', undefined],
  ['::ffff:0:0/80', undefined],
  ['example.com', undefined],
  ['', undefined],
] as const) {
  test(`'${given}' as a network is ${expected}`, () => {
    assert.equal(parseNetwork(given), expected)
  })
}

for (const [address, networks, expected] of [
  ['192.0.2.7', ['192.0.2.7'], true],
  ['::ffff:192.0.2.7', ['192.0.2.7'], true],
  ['::ffff:c000:207', ['192.0.2.0/24'], true],
  ['192.0.3.7', ['192.0.2.0/24'], false],
  ['2001:DB8::0:1', ['2001:db8::/64'], true],
  ['2001:db8:0:1::1', ['2001:db8::/64'], false],
  ['fe80::1%eth0', ['fe80::/10'], true],
  ['192.0.2.7', ['::/0'], false],
  ['192.0.2.7', [], false],
  ['nonsense', ['0.0.0.0/0'], false],
] as const) {
  test(`${address} is ${expected ? '' : 'not '}in [${networks.join(', ')}]`, () => {
    assert.equal(isInNetworks(address, networks), expected)
  })
}

test('an address has one form, however it is written (CVE-2026-45364)', () => {
  assert.equal(canonicalAddress('::FFFF:192.0.2.7'), '192.0.2.7')
  assert.equal(canonicalAddress('2001:0DB8:0:0:0:0:0:1'), '2001:db8::1')
  assert.equal(canonicalAddress('fe80::1%eth0'), 'fe80::1')
  assert.equal(canonicalAddress('unknown'), 'unknown')
})
