import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIds } from './clock.ts'

const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('ids are in the order in which they were made, however many fall into a millisecond', () => {
  let now = Date.parse('2026-03-02T10:00:00Z')
  const ids = createIds({ now: () => new Date(now) })
  const made = Array.from({ length: 10_000 }, (_, index) => {
    // Forwards, and now and then a little back, as clocks are put right.
    if (index % 3_000 === 2_999) now += index % 2 === 0 ? 40 : -20
    return ids.next()
  })
  assert.deepEqual(made, made.toSorted())
  assert.equal(new Set(made).size, made.length)
  for (const id of made) assert.match(id, uuid7)
})

test('an id says when it was made, also after the clock was put back for good', () => {
  let now = Date.parse('2026-03-02T10:00:00Z')
  const ids = createIds({ now: () => new Date(now) })
  const timeOf = (id: string) => Number.parseInt(id.replace('-', '').slice(0, 12), 16)
  assert.equal(timeOf(ids.next()), now)
  now -= 60_000
  assert.equal(timeOf(ids.next()), now)
})
