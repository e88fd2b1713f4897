import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from 'iconv-lite'
import { describeBinary, detectEncoding } from './encoding.ts'

const western = 'E-Mail;Vorname;Straße\njose@example.com;José;Königstraße 5\n'.repeat(5)
const russian = 'почта;имя\nivan@example.com;Иван Петрович Сидоров\nolga@example.com;Ольга живёт в Москве\n'.repeat(20)
const japanese = 'メール,名前\ntaro@example.com,山田太郎は東京に住んでいます\n'.repeat(20)

for (const [title, bytes, isUtf8, expected] of [
  ['UTF-8', Buffer.from(western), true, 'utf-8'],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${western}`), true, 'utf-8'],
  [
    'UTF-8 with a few damaged bytes',
    Buffer.concat([Buffer.from(western.repeat(20)), Buffer.from([0xff])]),
    false,
    'utf-8',
  ],
  ['Windows-1252', encode(western, 'windows-1252'), false, 'windows-1252'],
  ['Windows-1251', encode(russian, 'windows-1251'), false, 'windows-1251'],
  ['Shift JIS', encode(japanese, 'shift_jis'), false, 'cp932'],
  ['UTF-16 with a mark', encode(western, 'utf-16le', { addBOM: true }), false, 'utf-16le'],
  ['big-endian UTF-16 with a mark', encode(western, 'utf-16be', { addBOM: true }), false, 'utf-16be'],
  ['UTF-16 without a mark', encode(western, 'utf-16le'), false, 'utf-16le'],
  ['big-endian UTF-16 without a mark', encode(western, 'utf-16be'), false, 'utf-16be'],
] as const) {
  test(`the encoding is found: ${title}`, () => {
    assert.equal(detectEncoding({ head: bytes, broken: isUtf8 ? undefined : bytes }).name, expected)
  })
}

test('a workbook is told apart from a table in text', () => {
  assert.equal(describeBinary(Buffer.from('PK\x03\x04rest', 'latin1')), 'an Excel workbook or an archive')
  assert.equal(describeBinary(Buffer.from('email,name\n')), undefined)
})
