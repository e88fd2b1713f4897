/** Counters and histograms in Prometheus form. Labels must be of few values: never an id. */
export interface Metrics {
  counter(name: string, help: string, labels?: readonly string[]): Counter
  histogram(name: string, help: string, labels?: readonly string[], buckets?: readonly number[]): Histogram
  gauge(name: string, help: string, read: () => number): void
  /** The exposition format, version 0.0.4. */
  text(): Promise<string>
  /** Count, errors, mean and 95th percentile of each operation since the start. */
  summary(): Promise<readonly OperationSummary[]>
}
export interface Counter {
  add(amount?: number, labels?: Readonly<Record<string, string>>): void
}
export interface Histogram {
  observe(value: number, labels?: Readonly<Record<string, string>>): void
}
export interface OperationSummary {
  /** `http`, `job`, `event` or `call`. */
  readonly kind: string
  readonly operation: string
  readonly count: number
  readonly errors: number
  readonly meanMs: number
  readonly p95Ms: number
}
