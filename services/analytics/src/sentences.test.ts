import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deliveryStates } from '@fanfare/delivery/contract'
import { tellDelivery, tellExternalEvent, tellHit } from './sentences.ts'

test('every state of a delivery has a sentence of its own that names the campaign', () => {
  const told = deliveryStates.map((state) => tellDelivery({ state, reason: 'mailbox full' }, 'Spring'))
  assert.equal(new Set(told).size, deliveryStates.length)
  for (const sentence of told) assert.match(sentence, /“Spring”/)
})

test('a delivery that did not happen says why', () => {
  for (const state of ['failed', 'suppressed', 'deferred'] as const) {
    assert.match(tellDelivery({ state, reason: '550 no such user' }, 'Spring'), /550 no such user/)
    assert.match(tellDelivery({ state, reason: null }, 'Spring'), /not known/)
  }
})

const hits: [Parameters<typeof tellHit>[0], string][] = [
  [{ kind: 'open', url: null, machine: 0.1 }, 'Opened “Spring”'],
  [{ kind: 'click', url: 'https://a.example/', machine: 0.49 }, 'Clicked https://a.example/ in “Spring”'],
  [{ kind: 'click', url: null, machine: 0 }, 'Clicked a link in “Spring”'],
  [{ kind: 'unsubscribe', url: null, machine: 0.9 }, 'Unsubscribed through “Spring”'],
  [
    { kind: 'open', url: null, machine: 0.5 },
    '“Spring” was opened by a machine, most likely a mail scanner or proxy; it counts apart',
  ],
  [
    { kind: 'click', url: 'https://a.example/', machine: 1 },
    'https://a.example/ in “Spring” was followed by a machine, most likely a mail scanner or proxy; it counts apart',
  ],
]
for (const [hit, sentence] of hits) {
  test(`a hit reads: ${sentence}`, () => assert.equal(tellHit(hit, 'Spring'), sentence))
}

test('an event from outside shows its first properties', () => {
  assert.equal(tellExternalEvent('order.paid', {}), 'order.paid')
  assert.equal(tellExternalEvent('order.paid', { total: 5, gift: true }), 'order.paid (total: 5, gift: true)')
})
