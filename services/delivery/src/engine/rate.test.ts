import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRateLimit } from './rate.ts'

/** How many messages leave within the first second when somebody always wants to send. */
function sentWithin(seconds: number, messagesPerSecond: number): number {
  const limit = createRateLimit(messagesPerSecond)
  let nowMs = 0
  let sent = 0
  for (;;) {
    const waitMs = limit.take(nowMs)
    if (waitMs === 0) sent++
    nowMs += waitMs
    if (nowMs >= seconds * 1_000) return sent
  }
}

for (const rate of [0.5, 1, 7, 100, 5_000]) {
  test(`at ${rate} a second no more leave in ten seconds, but for a burst of a tenth of a second`, () => {
    const sent = sentWithin(10, rate)
    assert.ok(sent >= Math.floor(rate * 10) && sent <= rate * 10.1 + 1, `${sent} left`)
  })
}

test('time in which nobody sent is not saved up', () => {
  const limit = createRateLimit(10)
  limit.take(0)
  assert.equal(limit.take(60_000), 0)
  assert.ok(limit.take(60_000) > 0)
})
