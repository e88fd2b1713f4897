import { expect, test } from 'vitest'
import type { SegmentRules } from '../src/api/types.ts'
import { isUnfinished, newCondition, wholeRules, withField, withOperator } from '../src/pages/segments/rules.ts'

const name = { kind: 'field', field: 'first_name', operator: 'contains', value: 'An' } as const
const age = { key: 'age', label: 'Age', type: 'number' } as const

test('another field keeps the comparison when its type can be compared so, else starts anew', () => {
  expect(withField(name, age)).toEqual({ kind: 'field', field: 'age', operator: 'is', value: 0 })
  expect(withField({ ...name, operator: 'is_set', value: null }, age)).toMatchObject({
    operator: 'is_set',
    value: null,
  })
})

test('asking whether a field is set drops the value, and asking for more brings an empty one', () => {
  const isSet = withOperator(name, 'is_set', 'text')
  expect(isSet.value).toBeNull()
  expect(withOperator(isSet, 'is', 'text').value).toBe('')
})

test('what is still being written is not counted, and a group left empty goes with it', () => {
  const rules: SegmentRules = {
    match: 'all',
    conditions: [name, newCondition('tag')],
    groups: [{ match: 'any', conditions: [newCondition('list')] }],
  }
  expect(wholeRules(rules)).toEqual({ match: 'all', conditions: [name], groups: [] })
  expect(isUnfinished(rules)).toBe(true)
  expect(isUnfinished({ match: 'all', conditions: [name], groups: [] })).toBe(false)
  expect(isUnfinished({ match: 'all', conditions: [], groups: [] })).toBe(true)
})
