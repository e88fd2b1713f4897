import { expect, test } from 'vitest'
import { counted, formatBytes, formatMs, formatPercent, formatRelative, formatUsd } from '../src/format.ts'

const now = Date.parse('2026-03-01T12:00:00Z')

test.each([
  ['2026-03-01T11:59:40Z', 'just now'],
  ['2026-03-01T11:57:00Z', '3 minutes ago'],
  ['2026-02-28T12:00:00Z', 'yesterday'],
  ['2026-03-03T12:00:00Z', 'in 2 days'],
])('%s is said as %s', (at, said) => {
  expect(formatRelative(at, now)).toBe(said)
})

test('a share of nothing is a dash, a small one keeps a digit', () => {
  expect(formatPercent(0, 0)).toBe('–')
  expect(formatPercent(1, 200)).toBe('0.5 %')
  expect(formatPercent(150, 200)).toBe('75 %')
})

test.each([
  [0, 1_236, '0 %'],
  [1, 1_000_000, '< 0.1 %'],
  [1_230, 1_236, '99.5 %'],
  [999_999, 1_000_000, '> 99.9 %'],
  [1_236, 1_236, '100 %'],
])('%d of %d is %s: neither none nor all unless it is', (part, of, said) => {
  expect(formatPercent(part, of)).toBe(said)
})

test('sizes, times, prices and counts read as a person would say them', () => {
  expect(formatBytes(999)).toBe('999 B')
  expect(formatBytes(1_530_000)).toBe('1.5 MB')
  expect(formatMs(8.25)).toBe('8.3 ms')
  expect(formatMs(1_500)).toBe('1.5 s')
  expect([formatUsd(null), formatUsd(0), formatUsd(0.0004), formatUsd(1.5)]).toEqual([
    'price not known',
    'free',
    '< $0.01',
    '$1.50',
  ])
  expect(counted(1, 'contact')).toBe('1 contact')
  expect(counted(2000, 'person', 'people')).toBe('2,000 people')
})
