import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { listJournals, openJournal, readJournal } from './journal.ts'
import { requeued } from './outcomes.ts'

const head = { tenantId: 't', batchId: 'b' }
const folder = mkdtempSync(join(tmpdir(), 'fanfare-journal-'))
after(() => rmSync(folder, { recursive: true }))

test('a journal tells how far each delivery got, and forgets a line torn by a kill', () => {
  const journal = openJournal(folder, 'one', head)
  journal.begin(1)
  journal.begin(2)
  journal.end(2, requeued)
  journal.close()
  appendFileSync(join(folder, 'one.journal'), '[3')
  const record = readJournal(folder, 'one', false)
  assert.deepEqual([record?.writer, record?.tenantId, record?.batchId], ['dead', 't', 'b'])
  assert.deepEqual(
    [1, 2, 3, 4].map((position) => record?.progressOf(position).kind),
    ['begun', 'ended', 'not_begun', 'not_begun'],
  )
  assert.deepEqual(listJournals(folder), ['one'])
  journal.remove()
  assert.equal(readJournal(folder, 'one', false), undefined)
})

test('what a connection noted in one batch is written before it begins in the next', () => {
  const unwritten = new Set<() => void>()
  const kindOf = (claimId: string) => readJournal(folder, claimId, false)?.progressOf(1).kind
  const [first, second] = ['first', 'second'].map((claimId) => openJournal(folder, claimId, head, unwritten))
  first?.begin(1)
  first?.end(1, requeued)
  // Stands for a third batch of the process: called when what was noted is written.
  let seen: unknown
  unwritten.add(() => {
    seen = [kindOf('first'), kindOf('second')]
  })
  second?.begin(1)
  assert.deepEqual(seen, ['ended', 'not_begun'])
  assert.equal(kindOf('second'), 'begun')
  first?.remove()
  second?.remove()
})

test('a journal of another boot is not believed', () => {
  openJournal(folder, 'two', head).close()
  const path = join(folder, 'two.journal')
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"boot":"[^"]+"/, '"boot":"another"'))
  assert.equal(readJournal(folder, 'two', false), undefined)
})

test('a writer that still runs is told apart from one that is gone', () => {
  openJournal(folder, 'three', head).close()
  assert.equal(readJournal(folder, 'three', true)?.writer, 'alive')
  const path = join(folder, 'three.journal')
  const rewrite = (pid: number) => writeFileSync(path, readFileSync(path, 'utf8').replace(/"pid":\d+/, `"pid":${pid}`))
  rewrite(process.ppid)
  assert.equal(readJournal(folder, 'three', false)?.writer, 'alive')
  rewrite(spawnSync(process.execPath, ['-e', '']).pid)
  assert.equal(readJournal(folder, 'three', false)?.writer, 'dead')
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"namespace":"[^"]*"/, '"namespace":"another"'))
  assert.equal(readJournal(folder, 'three', false)?.writer, 'elsewhere')
})
