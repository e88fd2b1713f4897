import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseBucketSeconds, lastHours } from './buckets.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const table: [string, number, number][] = [
  ['nothing yet', 0, 60],
  ['an hour', hour, 60],
  ['just under two hours', 2 * hour - minute, 60],
  ['two hours', 2 * hour, 300],
  ['ten hours', 10 * hour, 900],
  ['two days', 2 * day, 3_600],
  ['five days', 5 * day, 21_600],
  ['a month', 30 * day, 86_400],
  ['ten years', 3_650 * day, 86_400],
]

for (const [name, spanMs, seconds] of table) {
  test(`a chart of ${name} has buckets of ${seconds} s`, () => {
    assert.equal(chooseBucketSeconds(spanMs), seconds)
  })
}

test('the last hours end with the running one', () => {
  const hours = lastHours(new Date('2026-03-01T10:59:59.999Z'))
  assert.equal(hours.length, 24)
  assert.equal(hours[0]?.toISOString(), '2026-02-28T11:00:00.000Z')
  assert.equal(hours[23]?.toISOString(), '2026-03-01T10:00:00.000Z')
})
