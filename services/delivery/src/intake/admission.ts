import type { Keys } from '@fanfare/kernel'
import { readSignedAddress } from '../message/return-path.ts'

/** Whether the intake takes mail for an address: a return path or way out that we signed, or one of those that reports come to. */
export function takesMailFor(
  keys: Pick<Keys, 'verify'>,
  reportAddresses: ReadonlySet<string>,
  address: string,
): boolean {
  return reportAddresses.has(address.toLowerCase()) || readSignedAddress(keys, address) !== undefined
}

/** Allows so many connections a minute from one address, with as many at once. */
export function createDoor(perMinute: number, nowMs: () => number = () => performance.now()) {
  const buckets = new Map<string, { tokens: number; atMs: number }>()
  const mostKept = 10_000
  return {
    admits(address: string): boolean {
      const now = nowMs()
      const bucket = buckets.get(address) ?? { tokens: perMinute, atMs: now }
      bucket.tokens = Math.min(perMinute, bucket.tokens + ((now - bucket.atMs) * perMinute) / 60_000)
      bucket.atMs = now
      buckets.delete(address)
      buckets.set(address, bucket)
      if (buckets.size > mostKept) buckets.delete(buckets.keys().next().value as string)
      if (bucket.tokens < 1) return false
      bucket.tokens--
      return true
    },
  }
}
