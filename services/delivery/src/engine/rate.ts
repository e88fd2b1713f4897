/** Lets through at most so many a second, in even steps with a burst of a tenth of a second. */
export interface RateLimit {
  /** 0 when a message may leave now, which takes the slot; else how long until one may. */
  take(nowMs: number): number
}

export function createRateLimit(messagesPerSecond: number): RateLimit {
  const stepMs = 1_000 / messagesPerSecond
  const burstMs = Math.max(0, 100 - stepMs)
  let nextMs = Number.NEGATIVE_INFINITY
  return {
    take(nowMs) {
      const slotMs = Math.max(nextMs, nowMs - burstMs)
      if (slotMs > nowMs) return slotMs - nowMs
      nextMs = slotMs + stepMs
      return 0
    },
  }
}
