import type { EngineView, TrafficPoint } from '../../api/types.ts'

const minuteMs = 60_000
export const shownMinutes = 60

export const outcomeKinds = ['accepted', 'deferred', 'failed', 'unknown'] as const
export type OutcomeKind = (typeof outcomeKinds)[number]
export type Outcomes = Record<OutcomeKind, number>
type Sample = Pick<EngineView, 'at' | 'traffic'>

export interface Series extends Record<OutcomeKind, number[]> {
  readonly minutes: string[]
}

/** The last hour minute by minute, the empty ones as zeros, so that the axis is true to time. */
export function byMinute({ at, traffic }: Sample, destination?: string): Series {
  const last = minuteOf(at)
  const starts = Array.from({ length: shownMinutes }, (_, index) => last - (shownMinutes - 1 - index) * minuteMs)
  const place = new Map(starts.map((start, index) => [start, index]))
  const series: Series = {
    minutes: starts.map((start) => new Date(start).toISOString()),
    accepted: starts.map(() => 0),
    deferred: starts.map(() => 0),
    failed: starts.map(() => 0),
    unknown: starts.map(() => 0),
  }
  for (const point of traffic) {
    const index = place.get(minuteOf(point.minute))
    if (index === undefined || (destination !== undefined && point.destination !== destination)) continue
    for (const kind of outcomeKinds) series[kind][index]! += point[kind]
  }
  return series
}

/** Tries by the minute at each destination of the last hour, the busiest first. */
export function minutesByDestination(view: Sample): { destination: string; tries: number[] }[] {
  return byDestination(view.traffic).map(({ destination }) => {
    const series = byMinute(view, destination)
    return { destination, tries: series.minutes.map((_, index) => sumAt(series, index)) }
  })
}

const sumAt = (series: Series, index: number): number =>
  outcomeKinds.reduce((sum, kind) => sum + (series[kind][index] ?? 0), 0)

/** What the last hour came to at each destination, the busiest first. */
export function byDestination(traffic: readonly TrafficPoint[]): (Outcomes & { destination: string })[] {
  const groups = Map.groupBy(traffic, ({ destination }) => destination)
  return [...groups]
    .map(([destination, points]) => ({ destination, ...sumOutcomes(points) }))
    .sort((a, b) => triesOf(b) - triesOf(a))
}

export function sumOutcomes(points: readonly Outcomes[]): Outcomes {
  const total: Outcomes = { accepted: 0, deferred: 0, failed: 0, unknown: 0 }
  for (const point of points) for (const kind of outcomeKinds) total[kind] += point[kind]
  return total
}

export const triesOf = (outcomes: Outcomes): number => outcomeKinds.reduce((sum, kind) => sum + outcomes[kind], 0)

/**
 * Tries a second between the first and the last of some readings; from one reading alone, over its running minute and
 * the one before.
 */
export function presentRate(samples: readonly Sample[]): number {
  const [first, last] = [samples[0], samples.at(-1)]
  if (first === undefined || last === undefined) return 0
  const seconds = (Date.parse(last.at) - Date.parse(first.at)) / 1_000
  const since = minuteOf(first.at)
  if (seconds > 0) return Math.max(0, (triesSince(last, since) - triesSince(first, since)) / seconds)
  const before = since - minuteMs
  return triesSince(last, before) / ((Date.parse(last.at) - before) / 1_000)
}

function triesSince({ traffic }: Sample, since: number): number {
  return triesOf(sumOutcomes(traffic.filter(({ minute }) => Date.parse(minute) >= since)))
}

function minuteOf(iso: string): number {
  return Math.floor(Date.parse(iso) / minuteMs) * minuteMs
}
