import { expect, test } from 'vitest'
import { warmUpDays } from '../src/pages/sender/warm-up-days.ts'

const plan = { startedOn: '2026-11-25', firstDay: 50, growth: 1.5, days: 4 }

test('the preview shows the days that the engine allows', () => {
  expect(warmUpDays(plan)).toEqual([
    { day: '2026-11-25', messages: 50 },
    { day: '2026-11-26', messages: 75 },
    { day: '2026-11-27', messages: 112 },
    { day: '2026-11-28', messages: 168 },
  ])
})

test('a day that is being typed shows nothing', () => {
  expect(warmUpDays({ ...plan, startedOn: '' })).toEqual([])
})
