import { createHash } from 'node:crypto'

/**
 * The id of a message, from the event and the place in it that it tells of: an event that is handled again makes the same
 * ids, so nobody is told twice. The event's time stays in front (RFC 9562 §5.7).
 */
export function messageIdOf(eventId: string, key: string): string {
  const hash = createHash('sha256').update(`${eventId}/${key}`).digest('hex')
  return `${eventId.slice(0, 13)}-7${hash.slice(0, 3)}-a${hash.slice(3, 6)}-${hash.slice(6, 18)}`
}

/** The lowest id of a time: what was made before it has a lower one. */
export function firstIdAt(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7000-8000-000000000000`
}
