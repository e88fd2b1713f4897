import { expect, test } from 'vitest'
import { bounceBand, complaintBand, placeOn, toneOf } from '../src/pages/feedback/bands.ts'

test.each([
  ['nothing sent', 0, 0, bounceBand, 'gray'],
  ['4.9 % bounces', 49, 1_000, bounceBand, 'green'],
  ['5 % bounces', 50, 1_000, bounceBand, 'amber'],
  ['10 % bounces', 100, 1_000, bounceBand, 'red'],
  ['0.1 % complaints', 1, 1_000, complaintBand, 'amber'],
  ['0.3 % complaints', 3, 1_000, complaintBand, 'red'],
] as const)('%s', (_, part, of, band, tone) => {
  expect(toneOf(part, of, band)).toBe(tone)
})

test('a share far over the limit stays on the gauge', () => {
  expect(placeOn(bounceBand, 0.9)).toBe(100)
  expect(placeOn(bounceBand, 0.075)).toBeCloseTo(50)
})
