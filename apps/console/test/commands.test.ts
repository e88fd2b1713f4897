import { expect, test } from 'vitest'
import { commandsFor, fits } from '../src/shell/commands.ts'

test.each([
  ['New campaign', 'n cam', true],
  ['New campaign', 'campaign new', true],
  ['New campaign', 'paign', false],
  ['Spring sale, 2026', '2026 spr', true],
  ['ada@example.com', 'ada@ex', true],
  ['Größen', 'grö', true],
  ['Anything', '', true],
])('%j with %j typed: %j', (label, typed, expected) => {
  expect(fits(label, typed)).toBe(expected)
})

test('pages below the navigation show when they are typed', () => {
  const labels = (typed: string) => commandsFor(typed, () => true).go.map(({ label }) => label)
  expect(labels('')).not.toContain('Suppressions')
  expect(labels('sup')).toEqual(['Suppressions'])
})

test('a command that the role may not use is not offered', () => {
  const { begin, go } = commandsFor('', (permission) => permission === 'contacts.read')
  expect(begin).toEqual([])
  expect(go.map(({ label }) => label)).toEqual(['Contacts', 'Segments'])
})
