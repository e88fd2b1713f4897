import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { ContactRow } from './contact-rows.ts'
import { StagedRows } from './staged-rows.ts'

const rowOf = (key: string, given: Partial<ContactRow> = {}): ContactRow => ({
  email: key,
  key,
  firstName: '',
  lastName: '',
  fields: '{}',
  tags: [],
  status: 'subscribed',
  ...given,
})

async function linesOf(staged: StagedRows): Promise<string[][]> {
  const chunks: Buffer[] = []
  for await (const chunk of staged.chunks()) chunks.push(chunk)
  const lines = Buffer.concat(chunks).toString('utf8').split('\n').slice(0, -1)
  return lines.map((line) => line.split('\t').slice(1))
}

test('every key has one row, however many there are and however often they come', async () => {
  const staged = new StagedRows()
  for (const round of ['one', 'two']) {
    for (let index = 0; index < 20_000; index++) {
      staged.add(rowOf(`p${index}@example.com`, { lastName: round }), randomUUID(), 'update')
    }
  }
  const lines = await linesOf(staged)
  assert.equal(staged.size, 20_000)
  assert.deepEqual(
    lines.map(([key, , , last]) => `${key} ${last}`),
    Array.from({ length: 20_000 }, (_, index) => `p${index}@example.com two`),
  )
})

test('a later row adds to an earlier one of the same person and keeps its id', async () => {
  const staged = new StagedRows()
  const add = (given: Partial<ContactRow>) => staged.add(rowOf('a@example.com', given), randomUUID(), 'update')
  add({ firstName: 'Ada\t\\n', fields: '{"city":"Ł\\n","age":1}', tags: ['x'] })
  staged.add(rowOf('a@example.co'), randomUUID(), 'update')
  add({ lastName: 'L', fields: '{"age":2}', tags: ['y'], status: 'bounced' })
  add({ status: 'unsubscribed' })
  const [ada] = await linesOf(staged)
  assert.deepEqual(ada, ['a@example.com', 'a@example.com', 'Ada\\t\\\\n', 'L', '{"city":"Ł\\\\n","age":2}', 'bounced'])
  assert.deepEqual([staged.size, staged.hasUnhappy, staged.tags.get('a@example.com')], [2, true, ['x', 'y']])
})

test('nothing of one batch is left in the next', async () => {
  const staged = new StagedRows()
  staged.add(rowOf('a@example.com', { tags: ['x'], status: 'bounced' }), randomUUID(), 'update')
  staged.clear().add(rowOf('b@example.com'), randomUUID(), 'update')
  assert.deepEqual([staged.size, staged.hasUnhappy, staged.tags.size], [1, false, 0])
  assert.deepEqual(
    (await linesOf(staged)).map(([key]) => key),
    ['b@example.com'],
  )
})
