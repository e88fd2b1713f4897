import { expect, test } from 'vitest'
import { nameFault } from '../src/pages/partials/partial-name.ts'

test.each(['footer', 'legal-note_2', 'x'.repeat(63)])('a partial may be called %j', (name) => {
  expect(nameFault(name, ['header'])).toBeUndefined()
})

test.each(['', 'Footer', '2nd', 'my footer', 'x'.repeat(64)])('a partial may not be called %j', (name) => {
  expect(nameFault(name, [])).toContain('lower-case letter')
})

test('a new partial is not put over another one', () => {
  expect(nameFault('header', ['header'])).toContain('There is a partial with this name')
})
