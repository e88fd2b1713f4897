import { z } from 'zod'
import { Cache } from '../cache.ts'
import { defineService } from '../service.ts'
import { createMemoryCache } from './memory.ts'

const cacheConfig = z.object({
  /** Values kept in this process. */
  entries: z.coerce.number().int().min(1).default(10_000),
})

/** The service behind `Cache`, in the memory of this process. Config: `FANFARE_CACHE_ENTRIES`. */
export function cache() {
  return defineService({
    provides: Cache,
    group: 'kernel',
    config: cacheConfig,
    start: (_needs, { config, metrics }) => {
      const memory = createMemoryCache(config.entries)
      metrics.gauge('fanfare_cache_entries', 'Values kept in memory', () => memory.statistics().entries)
      metrics.gauge('fanfare_cache_hits', 'Reads answered from memory', () => memory.statistics().hits)
      metrics.gauge('fanfare_cache_misses', 'Reads that had to load', () => memory.statistics().misses)
      return memory
    },
  })
}
