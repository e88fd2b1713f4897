import { randomUUID } from 'node:crypto'

/** Where time comes from. Tests hand in a clock they can move. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** Where ids come from: random UUIDs, version 7, so that an index on them grows at one end (RFC 9562 §5.7). */
export interface Ids {
  next(): string
}

export function createIds(clock: Clock): Ids {
  return { next: () => uuid7(clock.now()) }
}

function uuid7(now: Date): string {
  const time = now.getTime().toString(16).padStart(12, '0')
  const random = randomUUID()
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`
}
