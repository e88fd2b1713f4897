import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TroubleKind, WayOutTrouble } from '../transport/letter.ts'
import { createBreaker } from './breaker.ts'

const policy = { breakerFailures: 3, reconnectDelayMs: 1_000, reconnectDelayMaxMs: 8_000 }
/** Neither early nor late: the back-off as it is. */
const even = 0.5

function trouble(kind: TroubleKind, retryAfterMs?: number): WayOutTrouble {
  return { kind, text: `It is ${kind}`, retryAfterMs }
}

test('it opens after so many failures in a row, and one success in between begins the count anew', () => {
  const breaker = createBreaker(policy)
  for (const kind of ['failing', 'unreachable'] as const) assert.equal(breaker.fail(trouble(kind), 0, even), false)
  assert.equal(breaker.succeed(), false)
  const opened = [1, 2, 3].map(() => breaker.fail(trouble('failing'), 0, even))
  assert.deepEqual(opened, [false, false, true])
})

test('what waiting alone does not mend opens it at once', () => {
  for (const kind of ['credentials', 'account', 'quota', 'limited', 'unanswered'] as const) {
    const breaker = createBreaker(policy)
    assert.equal(breaker.fail(trouble(kind), 0, even), true, kind)
    assert.deepEqual(breaker.admit(400), trouble(kind, 600))
  }
})

test('after a while a single letter tries; its success closes it, its failure doubles the wait', () => {
  const breaker = createBreaker(policy)
  breaker.fail(trouble('quota'), 0, even)
  assert.equal(breaker.admit(1_000), 'probe')
  assert.deepEqual(breaker.admit(1_000), trouble('quota'))
  assert.equal(breaker.fail(trouble('quota'), 1_000, even), true)
  assert.deepEqual(breaker.admit(2_500), trouble('quota', 500))
  assert.equal(breaker.admit(3_000), 'probe')
  assert.equal(breaker.succeed(), true)
  assert.equal(breaker.admit(3_000), 'all')
})

test('a probe that was not sent leaves the try to the next', () => {
  const breaker = createBreaker(policy)
  breaker.fail(trouble('account'), 0, even)
  assert.equal(breaker.admit(1_000), 'probe')
  breaker.release()
  assert.equal(breaker.admit(1_000), 'probe')
})

test('it stays open as long as the other side asks, and several that fail together count as one opening', () => {
  const breaker = createBreaker(policy)
  breaker.fail(trouble('limited', 30_000), 0, even)
  breaker.fail(trouble('limited'), 10, even)
  assert.deepEqual(breaker.admit(29_000), trouble('limited', 1_000))
  assert.equal(breaker.admit(30_000), 'probe')
})
