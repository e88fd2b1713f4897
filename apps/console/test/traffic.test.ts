import { expect, test } from 'vitest'
import { byDestination, byMinute, minutesByDestination, presentRate } from '../src/pages/sending/traffic.ts'

const point = (minute: string, destination: string, accepted: number, deferred = 0) => {
  return { minute, senderId: 's', destination, accepted, deferred, failed: 0, unknown: 0 }
}
const noon = '2026-11-26T12:00:00.000Z'
const before = '2026-11-26T11:59:00.000Z'

test('each of the last sixty minutes has a place, also one in which nothing left', () => {
  const traffic = [point(before, 'google', 4), point(noon, 'google', 3, 2), point(noon, 'yahoo', 1)]
  const series = byMinute({ at: '2026-11-26T12:00:30.000Z', traffic })
  expect(series.minutes).toHaveLength(60)
  expect(series.minutes.at(-1)).toBe(noon)
  expect(series.accepted.slice(-3)).toEqual([0, 4, 4])
  expect(series.deferred.at(-1)).toBe(2)
})

test('one destination can be looked at alone', () => {
  const traffic = [point(noon, 'google', 3), point(noon, 'yahoo', 1)]
  expect(byMinute({ at: noon, traffic }, 'yahoo').accepted.at(-1)).toBe(1)
})

test('tries at each destination can be drawn beside each other', () => {
  const traffic = [point(before, 'yahoo', 2, 1), point(noon, 'google', 9)]
  const [google, yahoo] = minutesByDestination({ at: noon, traffic })
  expect([google?.destination, google?.tries.slice(-2)]).toEqual(['google', [0, 9]])
  expect([yahoo?.destination, yahoo?.tries.slice(-2)]).toEqual(['yahoo', [3, 0]])
})

test('destinations are summed over senders and minutes, the busiest first', () => {
  const rows = byDestination([point(before, 'yahoo', 2), point(noon, 'google', 9), point(noon, 'yahoo', 1, 4)])
  expect(rows).toEqual([
    { destination: 'google', accepted: 9, deferred: 0, failed: 0, unknown: 0 },
    { destination: 'yahoo', accepted: 3, deferred: 4, failed: 0, unknown: 0 },
  ])
})

test.each([
  [
    'two readings: what came between them',
    [
      ['12:00:10', 100],
      ['12:00:20', 600],
    ],
    50,
  ],
  ['one reading: its minute and the one before', [['12:00:40', 200]], 2],
  ['none: nothing', [], 0],
] as const)('the rate now from %s', (_, readings, expected) => {
  const samples = readings.map(([time, accepted]) => ({
    at: `2026-11-26T${time}.000Z`,
    traffic: [point(noon, 'other', accepted)],
  }))
  expect(presentRate(samples)).toBe(expected)
})

test('minutes that leave the view do not make the rate negative', () => {
  const samples = [
    {
      at: '2026-11-26T12:00:50.000Z',
      traffic: [point('2026-11-26T11:01:00.000Z', 'other', 5_000), point(noon, 'other', 10)],
    },
    { at: '2026-11-26T12:01:00.000Z', traffic: [point(noon, 'other', 20)] },
  ]
  expect(presentRate(samples)).toBe(1)
})
