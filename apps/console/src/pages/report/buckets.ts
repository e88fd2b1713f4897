import type { CampaignReport } from '../../api/types.ts'

type Bucket = CampaignReport['series'][number]
const mostBuckets = 500

/** The series with its empty buckets put back, so that the chart's axis is true to time; a very long one stays as it is. */
export function withEmptyBuckets(series: readonly Bucket[], bucketSeconds: number): readonly Bucket[] {
  const [first, last] = [series[0], series.at(-1)]
  if (first === undefined || last === undefined) return series
  const from = Date.parse(first.at)
  const count = (Date.parse(last.at) - from) / (bucketSeconds * 1000) + 1
  if (count > mostBuckets || !Number.isInteger(count)) return series
  const found = new Map(series.map((bucket) => [Date.parse(bucket.at), bucket]))
  return Array.from({ length: count }, (_, index) => {
    const at = from + index * bucketSeconds * 1000
    return found.get(at) ?? { at: new Date(at).toISOString(), sent: 0, opens: 0, clicks: 0, unsubscribes: 0 }
  })
}
