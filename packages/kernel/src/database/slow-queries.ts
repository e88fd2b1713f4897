import type { DatabaseKind } from '../database.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { QueryObserver } from './session.ts'

const shownLength = 300

export interface SlowQueryOptions {
  readonly kind: DatabaseKind
  readonly slowQueryMs: number
  /** Slow queries are counted at any time and logged only while this says so. */
  readonly isReporting: () => boolean
}

/** Measures every query and logs the slow ones: their text with placeholders, never their values. */
export function observeQueries(log: Logger, metrics: Metrics, options: SlowQueryOptions): QueryObserver {
  const { kind, slowQueryMs, isReporting } = options
  const seconds = metrics.histogram('fanfare_query_seconds', 'Duration of a query', ['kind'])
  const slow = metrics.counter('fanfare_slow_queries_total', 'Queries that took longer than FANFARE_DB_SLOW_QUERY_MS', [
    'kind',
  ])
  return (text, taken, caller) => {
    seconds.observe(taken, { kind })
    if (taken * 1_000 < slowQueryMs) return
    slow.add(1, { kind })
    if (!isReporting()) return
    log.warn({ query: oneLine(text), ms: Math.round(taken * 1_000), caller: caller() }, 'a query was slow')
  }
}

/** The beginning of a query: one that inserts thousands of rows is some hundred kilobytes long. */
function oneLine(text: string): string {
  const line = text
    .slice(0, 10 * shownLength)
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > shownLength ? `${line.slice(0, shownLength)} …` : line
}
