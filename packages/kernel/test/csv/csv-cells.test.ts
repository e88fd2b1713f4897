import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guardCell, unguardCell } from '@fanfare/kernel'
import fc from 'fast-check'

for (const [cell, expected] of [
  ['=1+1', "'=1+1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['-cmd', "'-cmd"],
  ['\tx', "'\tx"],
  ['＝1', "'＝1"],
  ["'=1", "''=1"],
  ['+44 (0)20 7946 0958', '+44 (0)20 7946 0958'],
  ['-12.50', '-12.50'],
  ["O'Brien", "O'Brien"],
  ['plain', 'plain'],
] as const) {
  test(`a cell goes out so that no spreadsheet runs it: ${JSON.stringify(cell)}`, () =>
    assert.equal(guardCell(cell), expected))
}

test('every cell comes back as it was', () => {
  const text = fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '＝', '1', 'a', ' ') })
  fc.assert(fc.property(text, (cell) => assert.equal(unguardCell(guardCell(cell)), cell)))
})
