/** Lets through at most so many a second, in even steps with a burst of a tenth of a second. */
export interface RateLimit {
  /** How long the next message has to wait; the slot is taken. */
  take(nowMs: number): number
}

export function createRateLimit(messagesPerSecond: number): RateLimit {
  const stepMs = 1_000 / messagesPerSecond
  const burstMs = Math.max(0, 100 - stepMs)
  let nextMs = Number.NEGATIVE_INFINITY
  return {
    take(nowMs) {
      const slotMs = Math.max(nextMs, nowMs - burstMs)
      nextMs = slotMs + stepMs
      return Math.max(0, slotMs - nowMs)
    },
  }
}
