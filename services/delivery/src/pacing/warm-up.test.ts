import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { allowanceOf } from './warm-up.ts'

const plan = { startedOn: '2026-11-25', firstDay: 50, growth: 1.5, days: 4 }
const messages = (at: string) => allowanceOf(plan, new Date(at))?.messages

describe('allowanceOf', () => {
  it('grows each day and is over after the last', () => {
    const days = ['25', '26', '27', '28', '29'].map((day) => messages(`2026-11-${day}T12:00:00Z`))
    assert.deepEqual(days, [50, 75, 112, 168, undefined])
  })
  it('allows before the first day what the first day does', () => {
    assert.equal(messages('2026-11-01T12:00:00Z'), 50)
  })
  it('names the day and its end', () => {
    const allowance = allowanceOf(plan, new Date('2026-11-26T23:59:59Z'))
    assert.equal(allowance?.day, '2026-11-26')
    assert.equal(allowance?.endsAt.toISOString(), '2026-11-27T00:00:00.000Z')
  })
})
