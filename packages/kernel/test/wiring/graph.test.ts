import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type GraphNode, levelsOf } from '../../src/index.ts'

/** Whole graphs: each service needs some of those before it; the list is then shuffled. */
const wholeGraph = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 30 })
  .map((picks) =>
    picks.map(
      (needs, index): GraphNode => ({
        id: `s${index}`,
        needs: index === 0 ? [] : [...new Set(needs.map((pick) => `s${pick % index}`))],
      }),
    ),
  )
  .chain((nodes) => fc.shuffledSubarray(nodes, { minLength: nodes.length, maxLength: nodes.length }))

test('in any whole graph every service comes once, after all it needs and as early as it can', () => {
  fc.assert(
    fc.property(wholeGraph, (nodes) => {
      const sorted = levelsOf(nodes)
      assert.ok('levels' in sorted)
      const levelOf = new Map(sorted.levels.flatMap((ids, level) => ids.map((id) => [id, level] as const)))
      assert.equal(sorted.levels.flat().length, nodes.length)
      for (const { id, needs } of nodes) {
        const highest = Math.max(-1, ...needs.map((need) => levelOf.get(need) as number))
        assert.equal(levelOf.get(id), highest + 1)
      }
    }),
  )
})

test('in any graph a need that points back makes a circle that is told whole', () => {
  fc.assert(
    fc.property(wholeGraph, fc.nat(), (nodes, pick) => {
      const closing = nodes[pick % nodes.length]!
      const nodesInCircle = nodes.map((node) =>
        node.id === 's0' ? { ...node, needs: [closing.id] } : { ...node, needs: [...node.needs, 's0'] },
      )
      const sorted = levelsOf(nodesInCircle)
      assert.ok('wrong' in sorted)
      const [, path = ''] = /circle: (.*)$/.exec(sorted.wrong[0] ?? '') ?? []
      const steps = path.split(' → ')
      assert.equal(steps[0], steps.at(-1))
      const needsOf = new Map(nodesInCircle.map(({ id, needs }) => [id, needs]))
      for (const [at, id] of steps.slice(0, -1).entries()) {
        assert.ok(needsOf.get(id)?.includes(steps[at + 1]!), `${id} does not need ${steps[at + 1]}`)
      }
    }),
  )
})

const mistakes: readonly [string, readonly GraphNode[], string][] = [
  ['a missing need', [{ id: 'mail', needs: ['bus'] }], "'mail' needs 'bus', which no service in the list provides"],
  [
    'a service given twice',
    [
      { id: 'bus', needs: [] },
      { id: 'bus', needs: [] },
    ],
    "'bus' is provided twice",
  ],
  ['a service that needs itself', [{ id: 'a', needs: ['a'] }], 'These services need each other in a circle: a → a'],
  [
    'a critical service on one that is not',
    [
      { id: 'mail', needs: ['bus'] },
      { id: 'bus', needs: [], critical: false },
    ],
    "'mail' is critical but needs 'bus', which is not and may be missing",
  ],
]
for (const [title, nodes, sentence] of mistakes) {
  test(`${title} is refused with a plain sentence`, () => {
    assert.deepEqual(levelsOf(nodes), { wrong: [sentence] })
  })
}

test('a service that is not critical may need another that is not', () => {
  const nodes = [
    { id: 'a', needs: [], critical: false },
    { id: 'b', needs: ['a'], critical: false },
  ]
  assert.deepEqual(levelsOf(nodes), { levels: [['a'], ['b']] })
})
