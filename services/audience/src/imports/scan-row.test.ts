import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { incomplete, scanRow, unclosed } from './scan-row.ts'

const comma = { delimiter: ',', newline: '\n' }

function scanAll(text: string, dialect = comma): string[][] {
  const rows: string[][] = []
  for (let at = 0; at < text.length; ) {
    const cells: string[] = []
    at = scanRow(text, at, dialect, { isWhole: true, oneLine: false }, cells)
    assert.ok(at > 0, 'the text scans to its end')
    rows.push(cells)
  }
  return rows
}

const quoteAll = (cells: readonly string[]) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')

test('rows come back as they were written, whatever is in their cells', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\n', '\r', 'ü', ';') })
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }), (rows) => {
      assert.deepEqual(scanAll(rows.map(quoteAll).join('\r\n')), rows)
    }),
  )
})

test('well-formed text is read as csv-parse reads it', () => {
  const plain = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ';', 'ß') })
  const quoted = fc.string({ unit: fc.constantFrom('a', ',', '\n', 'é') }).map((text) => `"${text}"`)
  const line = fc.array(fc.oneof(plain, quoted), { minLength: 2, maxLength: 4 }).map((cells) => cells.join(','))
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
      const text = `${lines.join('\n')}\n`
      const expected = parse(text, { relax_column_count: true, record_delimiter: '\n' })
      assert.deepEqual(scanAll(text), expected)
    }),
  )
})

for (const [title, text, expected] of [
  ['a quote inside a plain cell is text', 'a,b "c" d\n', [['a', 'b "c" d']]],
  ['a lone quote inside a quoted cell is text', '1,"Hey, I missed " it",3', [['1', 'Hey, I missed " it', '3']]],
  ['spaces after a closing quote are left out', '"a" ,b\n', [['a', 'b']]],
  ['a row may end with the text', 'a,b', [['a', 'b']]],
  ['a row that ends in a delimiter has an empty last cell', 'a,\n', [['a', '']]],
] as const) {
  test(title, () => assert.deepEqual(scanAll(text), expected))
}

test('a lone carriage return ends rows only when the file knows no other end', () => {
  assert.deepEqual(scanAll('a,b\rc,d\r', { delimiter: ',', newline: '\r' }), [
    ['a', 'b'],
    ['c', 'd'],
  ])
  assert.deepEqual(scanAll('a\rb,c\n'), [['a\rb', 'c']])
})

test('a row without an end asks for more text', () => {
  assert.equal(scanRow('a,b', 0, comma, { isWhole: false, oneLine: false }, []), incomplete)
  assert.equal(scanRow('a,"b"', 0, comma, { isWhole: false, oneLine: false }, []), incomplete)
  assert.equal(scanRow('a,"b', 0, comma, { isWhole: false, oneLine: false }, []), incomplete)
})

test('a quote that swallows the next lines is taken to be never closed', () => {
  assert.equal(scanRow('1,"oops,3\n2,"ok" no,4\n', 0, comma, { isWhole: true, oneLine: false }, []), unclosed)
  assert.equal(scanRow('1,"oops\n2,3\n', 0, comma, { isWhole: true, oneLine: false }, []), unclosed)
})
