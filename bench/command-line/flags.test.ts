import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertKnown, oneOf, readFlags, wholeNumber } from './flags.ts'

test('a value may stand behind its flag or be joined to it', () => {
  const { flags, words } = readFlags(['send', '--rows', '10', '--to=a:1', '--all'])
  assert.deepEqual([words, { ...flags }], [['send'], { rows: '10', to: 'a:1', all: true }])
})

test('what cannot be run is refused with what can', () => {
  assert.equal(wholeNumber({ rows: '10' }, 'rows'), 10)
  assert.equal(wholeNumber({}, 'rows'), undefined)
  for (const rows of ['x', '0', '1.5', '-3', true, ''] as const) {
    assert.throws(() => wholeNumber({ rows }, 'rows'), /--rows must be a whole number/)
  }
  assert.equal(oneOf({ to: 'a' }, 'to', ['a', 'b']), 'a')
  assert.throws(() => oneOf({ to: 'c' }, 'to', ['a', 'b']), /--to must be one of a, b; found "c"/)
  assert.throws(() => assertKnown({ row: '1' }, ['rows', 'to']), /There is no --row. There are: --rows, --to/)
})
