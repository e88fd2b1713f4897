import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attemptScopes, policies, waitSeconds } from './policies.ts'

test('the first five failures of an account cost nothing, then the wait doubles to an hour', () => {
  const waits = Array.from({ length: 20 }, (_, index) => waitSeconds(policies.account, index + 1))
  assert.deepEqual(waits.slice(0, 4), [0, 0, 0, 0])
  assert.deepEqual(waits.slice(4, 10), [1, 2, 4, 8, 16, 32])
  assert.equal(waits.at(-1), 3_600)
  assert.equal(waitSeconds(policies.account, 100_000), 3_600)
})

test('a guesser at one account gets fewer than a hundred tries in the first day (ASVS 6.3.1)', () => {
  let tries = 0
  for (let seconds = 0; seconds < 86_400; tries += 1) seconds += waitSeconds(policies.account, tries + 1)
  assert.ok(tries < 50, `${tries} tries`)
})

test('no wait outlasts what makes it be forgotten, so nobody is locked out for good', () => {
  for (const scope of attemptScopes) assert.ok(policies[scope].longestWaitSeconds < policies[scope].forgetSeconds)
})
