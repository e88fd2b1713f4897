import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Accounting, DeliveryState } from '@fanfare/delivery/contract'
import { isExact, judge } from './verdict.ts'

function accounting(change: Partial<Accounting>): Accounting {
  return { audience: 0, sent: 0, failed: 0, suppressed: 0, pending: 0, unknown: 0, held: 0, ...change }
}

function evidence(states: Record<string, DeliveryState>, arrived: string[], figures: Partial<Accounting>) {
  return {
    recipients: ['ada', 'bob', 'cy', 'dee'],
    deliveries: Object.entries(states).map(([email, state]) => ({ email, state, reason: null })),
    copies: arrived.map((recipient) => ({ recipient, messageId: `<${recipient}>` })),
    accounting: accounting(figures),
  }
}

test('a send that is accounted for as it arrived has nothing against it', () => {
  const states = { ada: 'accepted', bob: 'unknown', cy: 'unknown', dee: 'failed' } as const
  const verdict = judge(evidence(states, ['ada', 'cy'], { audience: 4, sent: 1, unknown: 2, failed: 1 }))
  assert.deepEqual(verdict, { lost: [], duplicates: [], untold: [], unknown: 2, isExact: true })
})

test('who is said to be sent and is not there, is still waiting, or is in no ledger is lost', () => {
  const verdict = judge(evidence({ ada: 'accepted', bob: 'queued', cy: 'attempting' }, [], {}))
  assert.deepEqual(
    verdict.lost.map((line) => line.split(':')[0]),
    ['ada', 'bob', 'cy', 'dee'],
  )
})

test('a second copy is a duplicate, whatever the ledger says', () => {
  const states = { ada: 'accepted', bob: 'unknown', cy: 'accepted', dee: 'accepted' } as const
  const verdict = judge(evidence(states, ['ada', 'bob', 'bob', 'cy', 'dee', 'bob'], {}))
  assert.equal(verdict.duplicates.length, 2)
})

test('a copy to somebody who is said not to have been written to is untold', () => {
  const states = { ada: 'accepted', bob: 'failed', cy: 'cancelled', dee: 'suppressed' } as const
  const verdict = judge(evidence(states, ['ada', 'bob', 'cy', 'eve'], {}))
  assert.deepEqual(
    verdict.untold.map((line) => line.split(':')[0]),
    ['bob', 'cy', 'eve'],
  )
})

test('figures that do not add up, or are not those of the deliveries, are not exact', () => {
  const states = { ada: 'accepted', bob: 'accepted', cy: 'cancelled', dee: 'unknown' } as const
  const isExactWith = (figures: Partial<Accounting>) => judge(evidence(states, [], figures)).isExact
  assert.equal(isExactWith({ audience: 4, sent: 2, suppressed: 1, unknown: 1 }), true)
  assert.equal(isExactWith({ audience: 4, sent: 3, suppressed: 1, unknown: 0 }), false)
  assert.equal(isExactWith({ audience: 5, sent: 2, suppressed: 1, unknown: 1 }), false)
  assert.equal(isExact(accounting({ audience: 3, sent: 1, pending: 2 })), true)
  assert.equal(isExact(accounting({ audience: 3, sent: 1, pending: 1 })), false)
})
