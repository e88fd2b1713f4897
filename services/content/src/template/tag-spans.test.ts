import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { findTagSpans } from './tag-spans.ts'

const pattern = /\{\{\{[\s\S]*?\}\}\}|\{\{[\s\S]*?\}\}/g

test('tags are found where the regular expression of them finds them', () => {
  const piece = fc.constantFrom('{', '{{', '{{{', '}', '}}', '}}}', 'a', '\n', '#x', '{{a}}', '{{{b}}}')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('')
      assert.deepEqual(
        findTagSpans(text).map(({ start, end }) => text.slice(start, end)),
        text.match(pattern) ?? [],
      )
    }),
    { numRuns: 3_000 },
  )
})

test('GHSA-9h6g-pr28-7cqp: tags that are opened a hundred thousand times and never closed take no time', () => {
  for (const text of ['{{', '{{{', '{{a', '{{{a}}']) {
    const began = performance.now()
    findTagSpans(text.repeat(100_000))
    // Going to the end for each would take minutes.
    assert.ok(performance.now() - began < 2_000, text)
  }
})
