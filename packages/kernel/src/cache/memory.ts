import type { Cache, CacheOptions } from '../cache.ts'

interface Entry {
  readonly tenantId: string
  readonly value: unknown
  readonly tags: readonly string[]
  readonly expiresAt: number
}

interface Loading {
  readonly tenantId: string
  readonly tags: readonly string[]
  readonly value: Promise<unknown>
}

/**
 * A cache in memory. A Map keeps insertion order, so re-inserting on use leaves the least recently used entry first.
 *
 * @param limit entries kept; the least recently used goes when one more comes
 * @param now milliseconds; never the wall clock of a test, since age is about real time
 */
export function createMemoryCache(limit: number, now: () => number = () => performance.now()): Cache {
  const entries = new Map<string, Entry>()
  const loadings = new Map<string, Loading>()
  const counts = { hits: 0, misses: 0 }

  const findFresh = (id: string) => {
    const entry = entries.get(id)
    if (entry === undefined) return undefined
    entries.delete(id)
    if (entry.expiresAt <= now()) return undefined
    entries.set(id, entry)
    return entry
  }
  const keep = (id: string, entry: Entry) => {
    entries.delete(id)
    entries.set(id, entry)
    const oldest = entries.keys().next().value
    if (entries.size > limit && oldest !== undefined) entries.delete(oldest)
  }
  const load = (id: string, tenantId: string, make: () => Promise<unknown>, { ttlMs, tags = [] }: CacheOptions) => {
    const value = Promise.resolve()
      .then(make)
      .then((made) => {
        // Invalidated while it was being made: what was read may be from before the change.
        if (loadings.get(id) === loading) keep(id, { tenantId, value: made, tags, expiresAt: now() + ttlMs })
        return made
      })
      .finally(() => {
        if (loadings.get(id) === loading) loadings.delete(id)
      })
    const loading: Loading = { tenantId, tags, value }
    loadings.set(id, loading)
    return value
  }

  return {
    async get<T>(tenantId: string, key: string, make: () => Promise<T>, options: CacheOptions): Promise<T> {
      const id = JSON.stringify([tenantId, key])
      const found = findFresh(id) ?? loadings.get(id)
      if (found !== undefined) counts.hits += 1
      else counts.misses += 1
      return (found === undefined ? load(id, tenantId, make, options) : found.value) as Promise<T>
    },
    invalidate(tenantId, tag) {
      for (const held of [entries, loadings]) {
        for (const [id, one] of held) if (one.tenantId === tenantId && one.tags.includes(tag)) held.delete(id)
      }
    },
    statistics: () => ({ entries: entries.size, ...counts }),
  }
}
