import { expect, test } from 'vitest'
import type { ColumnTarget } from '../src/api/types.ts'
import { mappingFault, targetChoices, targetOfValue, valueOfTarget } from '../src/pages/imports/column-target.ts'
import { rowsPerSecond } from '../src/pages/imports/import-rate.ts'
import { fieldKeyOf, mergeTag } from '../src/parts/merge-tag.ts'

test.each([
  ['Favourite Colour (EU)', 'favourite_colour_eu'],
  ['Größe', 'gro_e'],
  ['2nd phone', 'column_2nd_phone'],
  ['', 'column'],
  ['x'.repeat(90), 'x'.repeat(63)],
])('the header %j makes the field %j, which a template can name', (header, key) => {
  expect(fieldKeyOf(header)).toBe(key)
  expect(key).toMatch(/^[a-z][a-z0-9_]{0,62}$/)
})

const targets = {
  field: { kind: 'field', key: 'email' },
  new_field: { kind: 'new_field', key: 'any', label: 'Any', type: 'text' },
  full_name: { kind: 'full_name' },
  tags: { kind: 'tags' },
  status: { kind: 'status' },
  attributes: { kind: 'attributes' },
  ignore: { kind: 'ignore' },
} as const satisfies Record<ColumnTarget['kind'], ColumnTarget>

test.each(Object.values(targets))('a select offers the target $kind and gives it back', (target) => {
  const offered = targetChoices([{ key: 'email', label: 'Email', type: 'text' }]).flatMap(({ items }) => items)
  expect(offered.map(({ value }) => value)).toContain(valueOfTarget(target))
  expect(targetOfValue(valueOfTarget(target), 'Any')).toEqual(target)
})

test('a merge tag says a fallback where nothing would read badly', () => {
  expect(mergeTag('first_name')).toBe('{{first_name|there}}')
  expect(mergeTag('city')).toBe('{{city}}')
})

test('an import needs an email column, and no field twice', () => {
  const email = { kind: 'field', key: 'email' } as const
  expect(mappingFault([{ kind: 'ignore' }])).toContain('email address')
  expect(mappingFault([email, { kind: 'ignore' }, { kind: 'ignore' }])).toBeUndefined()
  expect(mappingFault([email, { kind: 'new_field', key: 'email', label: 'E', type: 'text' }])).toContain('“email”')
})

test('the pace of an import is over its own time', () => {
  const startedAt = '2026-03-01T12:00:00Z'
  const now = Date.parse(startedAt) + 4_000
  expect(rowsPerSecond({ rowsRead: 8_000, startedAt, finishedAt: null }, now)).toBe(2_000)
  expect(rowsPerSecond({ rowsRead: 8_000, startedAt, finishedAt: '2026-03-01T12:00:02Z' }, now)).toBe(4_000)
  expect(rowsPerSecond({ rowsRead: 0, startedAt: null, finishedAt: null }, now)).toBe(0)
})
