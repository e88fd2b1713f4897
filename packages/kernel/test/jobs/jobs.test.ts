import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTestDatabase } from '@fanfare/testkit'
import { z } from 'zod'
import { currentContext, defineJob, type JobRun } from '../../src/index.ts'
import { startJobs } from './running.ts'

const Note = z.object({ key: z.string(), size: z.int().min(0).default(1) })
const SaveNote = defineJob('note.save', Note, { retryLimit: 2, retryDelaySeconds: 0 })
const SortNote = defineJob('note.sort', Note)
const UnworkedNote = defineJob('note.unworked', Note)

type Handle = (input: z.output<typeof Note>, run: JobRun) => Promise<void>
/** What a test's worker does, by the key in the input: one app serves every test of this file. */
const behaviours = new Map<string, Handle>()
const runs: { key: string; attempt: number }[] = []
const handle: Handle = async (input, run) => {
  runs.push({ key: input.key, attempt: run.attempt })
  await behaviours.get(input.key)?.(input, run)
}

const database = await createTestDatabase()
const app = await startJobs({
  db: database.config,
  register: (jobs) => {
    jobs.work(SaveNote, handle, { concurrency: 2 })
    jobs.work(SortNote, handle)
  },
})
after(async () => {
  await app.stop()
  await database.drop()
})

/** A key of its own, whose job is worked in the given way. */
function buildKey(behaviour?: Handle): string {
  const key = randomUUID()
  if (behaviour) behaviours.set(key, behaviour)
  return key
}

function runsOf(key: string): number[] {
  return runs.flatMap((run) => (run.key === key ? [run.attempt] : []))
}

/** A job that is running until it is let go. */
function buildGate() {
  const running = Promise.withResolvers<JobRun>()
  const open = Promise.withResolvers<void>()
  const key = buildKey(async (_input, run) => {
    running.resolve(run)
    await open.promise
  })
  return { key, running: running.promise, open: open.resolve }
}

async function countsOf(name: string) {
  return (await app.jobs.counts()).find((counts) => counts.name === name)
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await sleep(10)
}

test('a job runs once with its parsed input, its tenant and a context that logs see', async () => {
  const tenantId = randomUUID()
  let seen: { run: JobRun; size: number; aborted: boolean; logged: Record<string, string> | undefined } | undefined
  const key = buildKey(async ({ size }, run) => {
    seen = { run, size, aborted: run.signal.aborted, logged: currentContext()?.logFields() }
  })
  const id = await app.jobs.enqueue(SaveNote, { key }, { tenantId })
  await app.jobs.drain()
  assert.deepEqual(runsOf(key), [1])
  assert.equal(seen?.size, 1)
  assert.deepEqual([seen?.run.id, seen?.run.tenantId, seen?.aborted], [id, tenantId, false])
  assert.deepEqual(seen?.logged, { requestId: id, tenantId, operation: 'job note.save' })
})

test('input that does not fit the schema is refused at the door', async () => {
  await assert.rejects(app.jobs.enqueue(SaveNote, { key: 'a', size: -1 }), {
    code: 'jobs.invalid_input',
    message: /'note\.save'.*size: /,
  })
})

test('a job enqueued in a transaction starts when that commits, and not before', async () => {
  const key = buildKey()
  await app.db.withTenant(randomUUID(), async () => {
    await app.jobs.enqueue(SaveNote, { key })
    await sleep(50)
    assert.deepEqual(runsOf(key), [])
  })
  await app.jobs.drain()
  assert.deepEqual(runsOf(key), [1])
})

test('a job enqueued in a transaction that is rolled back does not exist', async () => {
  const key = buildKey()
  const rolledBack = app.db.withTenant(randomUUID(), async () => {
    await app.jobs.enqueue(SaveNote, { key })
    throw new Error('changed my mind')
  })
  await assert.rejects(rolledBack, /changed my mind/)
  await app.jobs.drain()
  assert.deepEqual(runsOf(key), [])
})

test('the first job of its kind may come inside a transaction, even one that is rolled back', async () => {
  const rolledBack = app.db.transaction(async () => {
    assert.ok(await app.jobs.enqueue(UnworkedNote, { key: 'a' }))
    throw new Error('changed my mind')
  })
  await assert.rejects(rolledBack, /changed my mind/)
  await app.db.transaction(() => app.jobs.enqueue(UnworkedNote, { key: 'a' }))
  assert.equal((await countsOf('note.unworked'))?.waiting, 1)
})

test('a failed job is tried again until its tries are used up, and then counts as failed', async () => {
  const before = (await countsOf('note.save'))?.failed ?? 0
  const key = buildKey(async () => {
    throw new Error('no disk')
  })
  await app.jobs.enqueue(SaveNote, { key })
  await until(async () => (await countsOf('note.save'))?.failed === before + 1)
  assert.deepEqual(runsOf(key), [1, 2, 3])
})

test('a job that works at its second try is done', async () => {
  const key = buildKey(async (_input, { attempt }) => {
    if (attempt === 1) throw new Error('no disk')
  })
  await app.jobs.enqueue(SaveNote, { key })
  await until(() => runsOf(key).length === 2)
  await app.jobs.drain()
  assert.deepEqual(runsOf(key), [1, 2])
})

test('one job of a singleton key waits or runs at a time; others are not held back', async () => {
  const gate = buildGate()
  const singletonKey = randomUUID()
  assert.ok(await app.jobs.enqueue(SaveNote, { key: gate.key }, { singletonKey }))
  assert.equal(await app.jobs.enqueue(SaveNote, { key: gate.key }, { singletonKey }), undefined)
  await gate.running
  assert.equal(await app.jobs.enqueue(SaveNote, { key: gate.key }, { singletonKey }), undefined)
  const other = buildKey()
  assert.ok(await app.jobs.enqueue(SaveNote, { key: other }))
  await until(() => runsOf(other).length === 1)
  gate.open()
  await app.jobs.drain()
  assert.ok(await app.jobs.enqueue(SaveNote, { key: gate.key }, { singletonKey }))
  await app.jobs.drain()
  assert.deepEqual(runsOf(gate.key), [1, 1])
})

test('jobs of one kind wait for each other beyond its concurrency, higher priority first', async () => {
  const gate = buildGate()
  await app.jobs.enqueue(SortNote, { key: gate.key })
  await gate.running
  const [low, usual, high] = [buildKey(), buildKey(), buildKey()]
  await app.jobs.enqueue(SortNote, { key: low }, { priority: -1 })
  await app.jobs.enqueue(SortNote, { key: usual })
  await app.jobs.enqueue(SortNote, { key: high }, { priority: 5 })
  assert.deepEqual(await countsOf('note.sort'), { name: 'note.sort', waiting: 3, running: 1, failed: 0 })
  gate.open()
  await app.jobs.drain()
  const order = runs.map(({ key }) => key).filter((key) => [low, usual, high].includes(key))
  assert.deepEqual(order, [high, usual, low])
})

test('a job with a later start waits for it, and a drain does not', async () => {
  const key = buildKey()
  await app.jobs.enqueue(SaveNote, { key }, { startAfter: new Date(Date.now() + 3_600_000) })
  const soon = buildKey()
  await app.jobs.enqueue(SaveNote, { key: soon }, { startAfter: new Date(Date.now() + 200) })
  await app.jobs.drain()
  assert.deepEqual(runsOf(key), [])
  await until(() => runsOf(soon).length === 1)
})

test('a cancelled job does not start', async () => {
  const gate = buildGate()
  await app.jobs.enqueue(SortNote, { key: gate.key })
  await gate.running
  const key = buildKey()
  const id = await app.jobs.enqueue(SortNote, { key })
  await app.jobs.cancel(SortNote, id!)
  gate.open()
  await app.jobs.drain()
  assert.deepEqual(runsOf(key), [])
})

test('cancelling a running job aborts its signal, and it is not tried again', async () => {
  const running = Promise.withResolvers<void>()
  const key = buildKey(async (_input, { signal }) => {
    running.resolve()
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    throw new Error('stopped')
  })
  const id = await app.jobs.enqueue(SaveNote, { key })
  await running.promise
  await app.jobs.cancel(SaveNote, id!)
  await app.jobs.drain()
  await sleep(600)
  assert.deepEqual(runsOf(key), [1])
})

test('a second worker of a job, or one that comes after the start, is refused', () => {
  assert.throws(() => app.jobs.work(SaveNote, handle), { code: 'jobs.late_registration' })
})
