import type { DatabaseKind } from '../database.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { QueryObserver } from './session.ts'

/** Measures every query and logs the slow ones: their text with placeholders, never their values. */
export function observeQueries(log: Logger, metrics: Metrics, kind: DatabaseKind, slowQueryMs: number): QueryObserver {
  const seconds = metrics.histogram('fanfare_query_seconds', 'Duration of a query', ['kind'])
  const slow = metrics.counter('fanfare_slow_queries_total', 'Queries that took longer than FANFARE_DB_SLOW_QUERY_MS', [
    'kind',
  ])
  return (text, taken, caller) => {
    seconds.observe(taken, { kind })
    if (taken * 1_000 < slowQueryMs) return
    slow.add(1, { kind })
    log.warn({ query: text.slice(0, 2_000), ms: Math.round(taken * 1_000), caller: caller() }, 'a query was slow')
  }
}
