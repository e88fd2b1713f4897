import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Lane } from '../contract.ts'
import { type Candidate, type Hands, nextTurn } from './turns.ts'

/** Takes turns until nobody may have one more, and never gives a batch back. */
function fillHands(candidates: readonly Candidate[], limits = { batches: 8, batchesPerSender: 4 }) {
  const taken: Candidate[] = []
  const hands: Hands = {
    get total() {
      return taken.length
    },
    inHandOf: (tenantId, lane) => taken.filter((each) => each.tenantId === tenantId && each.lane === lane).length,
    inHandOfSender: (senderId, lane) => taken.filter((each) => each.senderId === senderId && each.lane === lane).length,
    lastTurnOf: (id) => taken.findLastIndex((each) => each.tenantId === id || each.senderId === id),
  }
  for (let turn = nextTurn(candidates, hands, limits); turn; turn = nextTurn(candidates, hands, limits))
    taken.push(turn)
  return taken.map(({ senderId }) => senderId).join(' ')
}
const of = (name: string, lane: Lane = 'campaign'): Candidate => ({ tenantId: name[0] as string, senderId: name, lane })

const table: [title: string, candidates: Candidate[], taken: string][] = [
  ['a workspace alone holds half of the places', [of('a1')], 'a1 a1 a1 a1'],
  ['two take turns, and leave room for a third', [of('a1'), of('b1')], 'a1 b1 a1 b1 a1 b1'],
  ['the senders of a workspace take turns', [of('a1'), of('a2')], 'a1 a2 a1 a2'],
  ['what a person waits for goes first', [of('a1'), of('b1', 'transactional')], 'b1 b1 b1 b1 a1 a1'],
  [
    'a lane of its own is not held up by the campaigns of the same workspace',
    [of('a1'), of('a2', 'journey')],
    'a2 a2 a2 a2 a1 a1',
  ],
]
for (const [title, candidates, taken] of table) test(title, () => assert.equal(fillHands(candidates), taken))

test('however many wait for a slow server, the last place goes to who has none', () => {
  const many = Array.from({ length: 20 }, (_, index) => of(String.fromCharCode(97 + index)))
  const taken = fillHands(many).split(' ')
  assert.equal(new Set(taken).size, taken.length)
})
