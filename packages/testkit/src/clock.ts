import type { Clock } from '@fanfare/kernel'

/** A clock that a test moves: it runs with the real one until `set` stops it. */
export interface TestClock extends Clock {
  /** Stops the clock at a time; an ISO 8601 text or a date. */
  set(time: Date | string): void
  /** Moves it forward by milliseconds, whether it runs or stands. */
  advance(ms: number): void
}

export function createTestClock(): TestClock {
  let stoppedAt: number | undefined
  let aheadMs = 0
  return {
    now: () => new Date((stoppedAt ?? Date.now()) + aheadMs),
    set(time) {
      stoppedAt = new Date(time).getTime()
      aheadMs = 0
    },
    advance(ms) {
      aheadMs += ms
    },
  }
}
