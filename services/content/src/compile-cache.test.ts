import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCompileCache } from './compile-cache.ts'

const draft = { subject: 'x', preheader: '', format: 'html' as const, body: '<p>{{> note}}</p>' }
const withNote = (note: string) => ({ fields: new Set<string>(), partials: { note } })

test('the same texts are compiled once, and a partial that changed is taken in', async () => {
  const cache = createCompileCache()
  const first = cache.compile(draft, withNote('one'))
  assert.equal(cache.compile({ ...draft }, withNote('one')), first)
  assert.match((await first).html, /one/)
  assert.match((await cache.compile(draft, withNote('two'))).html, /two/)
  assert.notEqual(cache.compile({ ...draft, subject: 'y' }, withNote('one')), first)
})

test('only so many are kept, those asked for last', async () => {
  const cache = createCompileCache()
  const first = cache.compile(draft, withNote('first'))
  const second = cache.compile(draft, withNote('second'))
  for (let number = 0; number < 98; number++) void cache.compile(draft, withNote(`${number}`))
  assert.equal(cache.compile(draft, withNote('first')), first)
  void cache.compile(draft, withNote('one more'))
  assert.notEqual(cache.compile(draft, withNote('second')), second)
  assert.equal(cache.compile(draft, withNote('first')), first)
})
