/** From a minute to a day: what a person can read off the axis of a chart. */
export const bucketSizes = [60, 300, 900, 3_600, 21_600, 86_400] as const
const mostBuckets = 120
const dayMs = 24 * 60 * 60 * 1_000
const hourMs = 60 * 60 * 1_000

/** The finest bucket that keeps a chart of this span within 120 points; beyond 120 days, a day. */
export function chooseBucketSeconds(spanMs: number): number {
  return bucketSizes.find((seconds) => spanMs / (seconds * 1_000) < mostBuckets) ?? dayMs / 1_000
}

/** The beginnings of the 24 hours that end with the running one, oldest first (UTC). */
export function lastHours(now: Date): Date[] {
  const running = Math.floor(now.getTime() / hourMs) * hourMs
  return Array.from({ length: 24 }, (_, index) => new Date(running - (23 - index) * hourMs))
}
