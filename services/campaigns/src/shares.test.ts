import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillShares } from './shares.ts'

const table: { given: number[]; filled: number[] }[] = [
  { given: [100], filled: [100] },
  { given: [0], filled: [100] },
  { given: [50, 50], filled: [50, 50] },
  { given: [0, 0, 0], filled: [34, 33, 33] },
  { given: [30, 30], filled: [50, 50] },
  { given: [33, 33, 33], filled: [34, 33, 33] },
  { given: [100, 50], filled: [67, 33] },
  { given: [0, 40], filled: [0, 100] },
]

for (const { given, filled } of table) {
  test(`shares of ${given.join(', ')} fill up to ${filled.join(', ')}`, () => {
    assert.deepEqual(fillShares(given), filled)
  })
}

test('any shares add up to 100', () => {
  for (let parts = 1; parts <= 10; parts += 1) {
    for (let first = 0; first <= 100; first += 7) {
      const shares = fillShares([first, ...Array.from({ length: parts - 1 }, (_, index) => index * 3)])
      assert.equal(
        shares.reduce((sum, share) => sum + share, 0),
        100,
      )
    }
  }
})
