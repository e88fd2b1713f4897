import { Gauge, Counter as PromCounter, Histogram as PromHistogram, Registry } from 'prom-client'
import type { Counter, Histogram, Metrics, OperationSummary } from './metrics.ts'
import { traced } from './trace.ts'

/** Seconds; from a fast query to a slow job. */
const defaultBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60]

/** The name of the histogram that every measured operation shares. */
const operationSeconds = 'fanfare_operation_seconds'

/** Metrics of one process, on a registry of its own so that tests can run several side by side. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const made = new Map<string, unknown>()
  const once = <T>(name: string, make: () => T): T => {
    if (!made.has(name)) made.set(name, make())
    return made.get(name) as T
  }
  return {
    counter: (name, help, labels = []) =>
      once(name, (): Counter => {
        const counter = new PromCounter({ name, help, labelNames: [...labels], registers: [registry] })
        return { add: (amount = 1, values = {}) => counter.inc(values, amount) }
      }),
    histogram: (name, help, labels = [], buckets = defaultBuckets) =>
      once(name, (): Histogram => {
        const histogram = new PromHistogram({
          name,
          help,
          labelNames: [...labels],
          buckets: [...buckets],
          registers: [registry],
        })
        return { observe: (value, values = {}) => histogram.observe(values, value) }
      }),
    gauge: (name, help, read) => {
      once(
        name,
        () =>
          new Gauge({
            name,
            help,
            registers: [registry],
            collect() {
              this.set(read())
            },
          }),
      )
    },
    text: () => registry.metrics(),
    summary: () => summarise(registry),
  }
}

/**
 * Measures one operation, its duration and whether it failed, and runs it as an OpenTelemetry span `<kind> <operation>`.
 *
 * @param kind http, job, event or call
 * @param operation of few values: never an id
 * @param parent the W3C traceparent that came with a request, event or job
 */
export async function measure<T>(
  metrics: Metrics,
  kind: string,
  operation: string,
  work: () => Promise<T>,
  parent?: string | null,
): Promise<T> {
  const began = performance.now()
  let outcome = 'ok'
  try {
    return await traced(`${kind} ${operation}`, work, parent)
  } catch (error) {
    outcome = 'error'
    throw error
  } finally {
    metrics
      .histogram(operationSeconds, 'Duration of an operation', ['kind', 'operation', 'outcome'])
      .observe((performance.now() - began) / 1_000, { kind, operation, outcome })
  }
}

interface Tally {
  count: number
  errors: number
  sum: number
  /** Cumulative counts by upper bound. */
  buckets: Map<number, number>
}

async function summarise(registry: Registry): Promise<OperationSummary[]> {
  const metric = await registry.getSingleMetric(operationSeconds)?.get()
  const tallies = new Map<string, Tally>()
  // prom-client types the values of a histogram as those of any metric; the suffix tells them apart.
  for (const { labels, value, ...rest } of metric?.values ?? []) {
    const key = JSON.stringify([labels.kind, labels.operation])
    const tally = tallies.get(key) ?? { count: 0, errors: 0, sum: 0, buckets: new Map() }
    tallies.set(key, tally)
    const part = (rest as { metricName?: string }).metricName ?? ''
    if (part.endsWith('_count')) {
      tally.count += value
      if (labels.outcome === 'error') tally.errors += value
    } else if (part.endsWith('_sum')) tally.sum += value
    else {
      const bound = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le)
      tally.buckets.set(bound, (tally.buckets.get(bound) ?? 0) + value)
    }
  }
  return [...tallies].map(([key, tally]) => {
    const [kind, operation] = JSON.parse(key) as [string, string]
    const meanMs = tally.count === 0 ? 0 : (tally.sum / tally.count) * 1_000
    return { kind, operation, count: tally.count, errors: tally.errors, meanMs, p95Ms: percentile(tally, 0.95) * 1_000 }
  })
}

/** The upper bound of the bucket that holds the quantile. */
function percentile({ count, buckets }: Tally, quantile: number): number {
  const bounds = [...buckets.keys()].sort((a, b) => a - b)
  const found = bounds.find((bound) => (buckets.get(bound) ?? 0) >= count * quantile)
  const last = bounds.findLast(Number.isFinite) ?? 0
  return found === undefined || !Number.isFinite(found) ? last : found
}
