import { token } from './token.ts'

export interface CacheOptions {
  ttlMs: number
  /** `invalidate(tag)` drops every entry that carries it. */
  tags?: readonly string[]
}
export interface CacheStatistics {
  readonly entries: number
  readonly hits: number
  readonly misses: number
}

/** What is dear to make and may be a little old. Keys carry the tenant, which is why it is a parameter of its own. */
export interface Cache {
  /**
   * The cached value, or the one `load` makes; callers that ask at the same time share one `load`. A failed load is not kept.
   * Not to be called inside a transaction with a `load` that queries: it could share one that waits for this transaction.
   */
  get<T>(tenantId: string, key: string, load: () => Promise<T>, options: CacheOptions): Promise<T>
  invalidate(tenantId: string, tag: string): void
  statistics(): CacheStatistics
}

export const Cache = token<Cache>()('cache')
