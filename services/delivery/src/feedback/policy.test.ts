import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countsAgainstAddress, isGivenUp } from './policy.ts'

const policy = { softBounces: 5, softBounceDays: 7 }
const run = (bounces: number, days: number) => ({
  bounces,
  firstAt: new Date('2026-01-01T00:00:00Z'),
  lastAt: new Date(Date.parse('2026-01-01T00:00:00Z') + days * 86_400_000),
})

test('an address is given up after enough soft bounces over enough days, not after one of them', () => {
  assert.equal(isGivenUp(run(5, 7), policy), true)
  assert.equal(isGivenUp(run(5, 6.9), policy), false)
  assert.equal(isGivenUp(run(4, 30), policy), false)
})

test('only what speaks of the mailbox counts against it', () => {
  for (const reason of [null, 'mailboxfull', 'suspend', 'expired', 'userunknown'])
    assert.ok(countsAgainstAddress(reason))
  for (const reason of ['spamdetected', 'blocked', 'policyviolation', 'mesgtoobig', 'speeding', 'authfailure']) {
    assert.equal(countsAgainstAddress(reason), false, reason)
  }
})
