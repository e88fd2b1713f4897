import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { createBodyHasher, fieldsOf, relaxHeader } from './canonical.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64')
const hash = createBodyHasher()
const pieces = (text: string, size: number) =>
  (text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? []).map((piece) => Buffer.from(piece))

/** The first is the example of RFC 6376 §3.4.5. */
const bodies: [body: string, relaxed: string][] = [
  [' C \r\nD \t E\r\n\r\n\r\n', ' C\r\nD E\r\n'],
  ['', ''],
  ['\r\n\r\n', ''],
  [' \t\r\n \r\n', ''],
  ['a', 'a\r\n'],
  ['a \r\n\r\n b', 'a\r\n\r\n b\r\n'],
  ['\r\n\r\na', '\r\n\r\na\r\n'],
  ['a\rb\nc\r\r\n', 'a\rb\nc\r\r\n'],
  ['a\r', 'a\r\r\n'],
  [`a${'\r\n'.repeat(30_000)}${'b '.repeat(30_000)}c`, `a${'\r\n'.repeat(30_000)}${'b '.repeat(30_000)}c\r\n`],
]
for (const [body, relaxed] of bodies) {
  test(`the body ${JSON.stringify(body.slice(0, 30))} hashes as ${JSON.stringify(relaxed.slice(0, 30))}`, () => {
    for (const size of [body.length || 1, 1, 3, 1_000]) assert.equal(hash(pieces(body, size)), sha256(relaxed))
  })
}

const fields: [field: string, relaxed: string][] = [
  ['A: X', 'a:X'],
  ['B : Y\t\r\n\tZ  ', 'b:Y Z'],
  ['Subject:', 'subject:'],
  ['Subject: \r\n ', 'subject:'],
  ['Subject:x:y', 'subject:x:y'],
  ['Subject:\u00a0x\u00a0', 'subject:\u00a0x\u00a0'],
]
for (const [field, relaxed] of fields) {
  test(`the field ${JSON.stringify(field)} is signed as ${JSON.stringify(relaxed)}`, () =>
    assert.equal(relaxHeader(field), relaxed))
}

test('a folded field is one field, and the end of the header is none', () => {
  assert.deepEqual(fieldsOf('A: b\r\n c\r\n\td\r\nE: f\r\n\r\n'), ['A: b\r\n c\r\n\td', 'E: f'])
})
