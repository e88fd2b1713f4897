import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryCache } from '../../src/cache/memory.ts'
import { Cache, cache, createLogger, start } from '../../src/index.ts'

const tenant = 'tenant-1'
const minute = { ttlMs: 60_000 }

/** A load that counts its runs and returns how many there were. */
function counting() {
  let runs = 0
  return { load: async () => ++runs, runs: () => runs }
}

test('a value is made once and then read from memory', async () => {
  const memory = createMemoryCache(10)
  const { load } = counting()
  assert.equal(await memory.get(tenant, 'total', load, minute), 1)
  assert.equal(await memory.get(tenant, 'total', load, minute), 1)
  assert.deepEqual(memory.statistics(), { entries: 1, hits: 1, misses: 1 })
})

test('callers that ask at the same time share one load', async () => {
  const memory = createMemoryCache(10)
  const { load, runs } = counting()
  const values = await Promise.all(Array.from({ length: 50 }, () => memory.get(tenant, 'total', load, minute)))
  assert.deepEqual(new Set(values), new Set([1]))
  assert.equal(runs(), 1)
})

test('a failed load reaches everyone who shared it and is not kept', async () => {
  const memory = createMemoryCache(10)
  const fail = () => Promise.reject(new Error('no answer'))
  const shared = [memory.get(tenant, 'total', fail, minute), memory.get(tenant, 'total', fail, minute)]
  for (const result of await Promise.allSettled(shared)) assert.equal(result.status, 'rejected')
  assert.equal(await memory.get(tenant, 'total', async () => 7, minute), 7)
})

test('a value is made again when its time is over', async () => {
  let now = 0
  const memory = createMemoryCache(10, () => now)
  const { load } = counting()
  await memory.get(tenant, 'total', load, { ttlMs: 100 })
  now = 99
  assert.equal(await memory.get(tenant, 'total', load, { ttlMs: 100 }), 1)
  now = 100
  assert.equal(await memory.get(tenant, 'total', load, { ttlMs: 100 }), 2)
})

test('the least recently used value goes first', async () => {
  const memory = createMemoryCache(2)
  const { load } = counting()
  await memory.get(tenant, 'a', load, minute)
  await memory.get(tenant, 'b', load, minute)
  await memory.get(tenant, 'a', load, minute)
  await memory.get(tenant, 'c', load, minute)
  assert.equal(await memory.get(tenant, 'a', load, minute), 1)
  assert.equal(await memory.get(tenant, 'b', load, minute), 4)
  assert.equal(memory.statistics().entries, 2)
})

test('the same key of two tenants holds two values', async () => {
  const memory = createMemoryCache(10)
  assert.equal(await memory.get('a', 'b:c', async () => 'first', minute), 'first')
  assert.equal(await memory.get('a:b', 'c', async () => 'second', minute), 'second')
})

test('a tag drops the entries that carry it, of its tenant only', async () => {
  const memory = createMemoryCache(10)
  const { load } = counting()
  await memory.get('one', 'x', load, { ...minute, tags: ['contacts'] })
  await memory.get('one', 'y', load, { ...minute, tags: ['lists'] })
  await memory.get('two', 'x', load, { ...minute, tags: ['contacts'] })
  memory.invalidate('one', 'contacts')
  assert.equal(await memory.get('one', 'x', load, minute), 4)
  assert.equal(await memory.get('one', 'y', load, minute), 2)
  assert.equal(await memory.get('two', 'x', load, minute), 3)
})

test('a value invalidated while it is made is given to its callers and not kept', async () => {
  const memory = createMemoryCache(10)
  const slow = Promise.withResolvers<string>()
  const first = memory.get(tenant, 'x', () => slow.promise, { ...minute, tags: ['contacts'] })
  await Promise.resolve()
  memory.invalidate(tenant, 'contacts')
  const second = memory.get(tenant, 'x', async () => 'fresh', minute)
  slow.resolve('stale')
  assert.equal(await first, 'stale')
  assert.equal(await second, 'fresh')
  assert.equal(await memory.get(tenant, 'x', async () => 'again', minute), 'fresh')
})

test('FANFARE_CACHE_ENTRIES bounds the cache', async () => {
  const log = createLogger({ level: 'silent' })
  await using app = await start([cache()], { environment: { FANFARE_CACHE_ENTRIES: '3' }, log })
  const memory = app.get(Cache)
  for (const key of 'abcdef') await memory.get(tenant, key, async () => key, minute)
  assert.equal(memory.statistics().entries, 3)
})
