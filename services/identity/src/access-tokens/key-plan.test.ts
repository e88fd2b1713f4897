import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planKeys } from './key-plan.ts'

const hourMs = 3_600_000
const rotateAfterMs = 100 * hourMs
const at = (hours: number) => new Date(hours * hourMs)

/** Keys that sign from these hours, looked at in an hour. */
function plan(starts: readonly number[], hour: number) {
  const keys = starts.map((start, number) => ({ number, signsFrom: at(start) }))
  const { signing, published, spent, nextFrom } = planKeys(keys, at(hour), rotateAfterMs)
  const numbers = (some: readonly { number: number }[]) => some.map(({ number }) => number)
  return { signing: signing?.number, published: numbers(published), spent: numbers(spent), next: nextFrom }
}

const table = [
  ['the first key signs at once', [], 0, { signing: undefined, published: [], spent: [], next: at(0) }],
  ['a young key signs alone', [0], 50, { signing: 0, published: [0], spent: [], next: undefined }],
  ['the next key is made an hour ahead', [0], 99, { signing: 0, published: [0], spent: [], next: at(100) }],
  ['and shown before it signs', [0, 100], 99.5, { signing: 0, published: [0, 1], spent: [], next: undefined }],
  ['then both are believed', [0, 100], 100.25, { signing: 1, published: [0, 1], spent: [], next: undefined }],
  [
    'until what the first signed has run out',
    [0, 100],
    101,
    { signing: 1, published: [1], spent: [0], next: undefined },
  ],
  [
    'after a long sleep the old one signs a last hour',
    [0],
    900,
    { signing: 0, published: [0], spent: [], next: at(901) },
  ],
] as const

for (const [title, starts, hour, expected] of table) {
  test(title, () => assert.deepEqual(plan(starts, hour), expected))
}
