import { randomUUID } from 'node:crypto'

/** Where time comes from. Tests hand in a clock they can move. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/**
 * Where ids come from: UUIDs of version 7, so that an index on them grows at one end (RFC 9562 §5.7). Those of one process are
 * in the order in which they were made, also within a millisecond: a counter stands before what is random (§6.2, method 1).
 */
export interface Ids {
  next(): string
}

const mostCounted = 0xfff
/** A clock that was put back further than this is believed. */
const mostAheadMs = 1_000

export function createIds(clock: Clock): Ids {
  let lastMs = Number.NEGATIVE_INFINITY
  let counter = 0
  return {
    next() {
      const now = clock.now().getTime()
      const goesOn = now <= lastMs && lastMs - now < mostAheadMs
      if (!goesOn) [lastMs, counter] = [now, 0]
      else if (counter < mostCounted) counter += 1
      else [lastMs, counter] = [lastMs + 1, 0]
      return uuid7(lastMs, counter)
    },
  }
}

function uuid7(ms: number, counter: number): string {
  const time = ms.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${randomUUID().slice(19)}`
}
