import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pickWebhooks } from './pick.ts'

const of = (tenantId: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ tenantId, webhookId: `${tenantId}${index}` }))
const ids = (picked: { webhookId: string }[]) => picked.map(({ webhookId }) => webhookId)

test('a workspace with many due webhooks leaves places to the others', () => {
  const due = [...of('a', 20), ...of('b', 1)]
  assert.deepEqual(ids(pickWebhooks(due, { places: 10, free: 10, running: new Map() })), ['a0', 'a1', 'b0'])
  assert.deepEqual(ids(pickWebhooks(due, { places: 10, free: 10, running: new Map([['a', 2]]) })), ['b0'])
})

test('no more than the free places are taken, in the order of turns', () => {
  const due = [...of('a', 1), ...of('b', 1), ...of('c', 1)]
  assert.deepEqual(ids(pickWebhooks(due, { places: 10, free: 2, running: new Map() })), ['a0', 'b0'])
  assert.deepEqual(pickWebhooks(due, { places: 10, free: 0, running: new Map() }), [])
})

test('a process with few places still calls one webhook of each workspace', () => {
  const due = [...of('a', 2), ...of('b', 2)]
  assert.deepEqual(ids(pickWebhooks(due, { places: 2, free: 2, running: new Map() })), ['a0', 'b0'])
})
