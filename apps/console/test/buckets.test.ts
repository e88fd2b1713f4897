import { expect, test } from 'vitest'
import { withEmptyBuckets } from '../src/pages/report/buckets.ts'

const bucket = (at: string, sent: number) => ({ at, sent, opens: 0, clicks: 0, unsubscribes: 0 })

test('minutes in which nothing happened stand on the axis too', () => {
  const filled = withEmptyBuckets([bucket('2026-03-01T12:00:00.000Z', 5), bucket('2026-03-01T12:03:00.000Z', 2)], 60)
  expect(filled.map(({ sent }) => sent)).toEqual([5, 0, 0, 2])
  expect(filled[1]?.at).toBe('2026-03-01T12:01:00.000Z')
})

test('a series of months by the minute, or none at all, stays as it is', () => {
  const long = [bucket('2026-03-01T12:00:00.000Z', 5), bucket('2026-06-01T12:00:00.000Z', 2)]
  expect(withEmptyBuckets(long, 60)).toBe(long)
  expect(withEmptyBuckets([], 60)).toEqual([])
})
