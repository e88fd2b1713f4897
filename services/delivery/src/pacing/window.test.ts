import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nextOpening } from './window.ts'

const berlin = { timeZone: 'Europe/Berlin', days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' }
const opening = (window: Parameters<typeof nextOpening>[0], at: string) =>
  nextOpening(window, new Date(at)).toISOString()

describe('nextOpening', () => {
  it('is now while the window is open, its first minute included and its last not', () => {
    for (const at of ['2026-11-26T08:00:00.000Z', '2026-11-26T15:59:59.999Z']) assert.equal(opening(berlin, at), at)
    assert.equal(opening(berlin, '2026-11-26T16:00:00Z'), '2026-11-27T08:00:00.000Z')
  })
  it('leaves days out that are not in the window', () => {
    assert.equal(opening(berlin, '2026-11-27T20:00:00Z'), '2026-11-30T08:00:00.000Z')
  })
  it('stays open over midnight until the next morning, also into a day that has no window of its own', () => {
    const night = { timeZone: 'UTC', days: [5], from: '22:00', to: '06:00' }
    assert.equal(opening(night, '2026-11-28T05:59:00Z'), '2026-11-28T05:59:00.000Z')
    assert.equal(opening(night, '2026-11-28T06:00:00Z'), '2026-12-04T22:00:00.000Z')
  })
  it('opens after the hour that a spring night skips', () => {
    const early = { timeZone: 'Europe/Berlin', days: [7], from: '02:30', to: '04:00' }
    assert.equal(opening(early, '2027-03-28T00:00:00Z'), '2027-03-28T01:30:00.000Z')
  })
  it('opens once in the hour that an autumn night repeats', () => {
    const early = { timeZone: 'Europe/Berlin', days: [7], from: '02:30', to: '04:00' }
    assert.equal(opening(early, '2027-10-31T00:00:00Z'), '2027-10-31T00:30:00.000Z')
    assert.equal(opening(early, '2027-10-31T01:15:00Z'), '2027-10-31T01:15:00.000Z')
  })
})
