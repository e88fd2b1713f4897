import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wireAddress } from './addresses.ts'

const taken: [string, string][] = [
  ['ada@example.com', 'ada@example.com'],
  ["o'neil+tag@mail.example.com", "o'neil+tag@mail.example.com"],
  ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
  ['bounce+550@localhost', 'bounce+550@localhost'],
]
const refused = [
  '',
  'ada',
  '@example.com',
  'ada@',
  '"a@evil.com x"@good.com',
  'a@evil.com,b@good.com',
  'a b@good.com',
  'a@b@good.com',
  '<a@good.com>',
  'group:a@good.com;',
  'a(comment)@good.com',
  'a@good.com\r\nRCPT TO:<b@evil.com>',
  'a\0@good.com',
  'a@good.com>',
  'a@[127.0.0.1]',
  'a..b@good.com',
  '.a@good.com',
  'a.@good.com',
  'a@-good.com',
  'a@good..com',
  `${'a'.repeat(65)}@good.com`,
  'a@good.com/evil',
  'a@good.com?evil',
  'a@good.com#evil',
  'a@good.com\\evil',
  'a@good.com:25',
  'a@go\r\nod.com',
  'a@go\tod.com',
  'a@%67ood.com',
  'a@go\u00adod.com',
  'a@127.1',
  'a@0x7f.1',
  'a@１２７.0.0.1',
]

for (const [address, wire] of taken)
  test(`${address} goes on the wire as ${wire}`, () => assert.equal(wireAddress(address), wire))
for (const address of refused) {
  test(`${JSON.stringify(address)} cannot be written to`, () => assert.equal(wireAddress(address), undefined))
}
