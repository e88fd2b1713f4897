import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advisoryItems, asvsItems, titledTests } from '../gen/security.ts'

const tests = titledTests()

test('every id of ASVS 5.0 levels 1 and 2 is mapped to a test, a place or a reason', (t) => {
  const { items, faults } = asvsItems(tests)
  assert.deepEqual(faults, [], 'Mend scripts/gen/security/asvs.txt, then npm run gen')
  const open = items.filter(({ state }) => state === 'open').flatMap(({ ids }) => ids)
  t.diagnostic(`${open.length} not met yet: ${open.join(', ')}`)
})

test('every ASVS id in a title is one of the list', () => {
  const known = new Set(asvsItems(tests).items.flatMap(({ ids }) => ids))
  const named = tests.flatMap(({ path, title }) =>
    [...title.matchAll(/\(ASVS ([\d., ]+)\)/g)].flatMap(([, ids = '']) =>
      ids.split(', ').map((id) => ({ path, id: id.trim() })),
    ),
  )
  const strange = named.filter(({ id }) => !known.has(id) && !levelThree.has(id))
  assert.deepEqual(strange, [], 'Write ids as in ASVS 5.0.0: (ASVS 7.4.3, 7.4.4)')
})

/** Of level 3 and not among those that we chose, yet shown by a test. */
const levelThree = new Set(['6.3.7'])

test('every advisory of comparable products is on the list once, with a test that bears its id or a reason', (t) => {
  const { items, faults } = advisoryItems(tests)
  assert.deepEqual(faults, [])
  const open = items.filter(({ state }) => state === 'open').flatMap(({ ids }) => ids)
  t.diagnostic(`${open.length} without a test: ${open.join(', ')}`)
})
