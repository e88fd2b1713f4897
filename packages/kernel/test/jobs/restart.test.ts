import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { defineJob, type JobRun } from '../../src/index.ts'
import { createKeptDatabase } from '../events/kept-database.ts'
import { startJobs } from './running.ts'

const RunImport = defineJob('note.import', z.object({ key: z.string() }), { retryLimit: 0 })
const Tick = defineJob('note.tick', z.object({}))

test('a job that is running when the process stops is aborted at the budget and runs again without using up a try', async (t) => {
  const database = await createKeptDatabase()
  t.after(() => database.drop())
  const running = Promise.withResolvers<JobRun>()
  const first = await startJobs({
    db: database.config,
    drainBudgetMs: 20,
    register: (jobs) =>
      jobs.work(RunImport, async (_input, run) => {
        running.resolve(run)
        await new Promise((resolve) => run.signal.addEventListener('abort', resolve))
      }),
  })
  const key = randomUUID()
  await first.jobs.enqueue(RunImport, { key })
  const run = await running.promise
  await first.stop()
  assert.equal(run.signal.aborted, true)

  const seen: [string, number][] = []
  await using second = await startJobs({
    db: database.config,
    register: (jobs) => jobs.work(RunImport, async (input, { attempt }) => void seen.push([input.key, attempt])),
  })
  await second.jobs.drain()
  assert.deepEqual(seen, [[key, 1]])
})

test('a job that finishes within the drain budget is done and does not run again', async (t) => {
  const database = await createKeptDatabase()
  t.after(() => database.drop())
  const running = Promise.withResolvers<void>()
  let finished = false
  const first = await startJobs({
    db: database.config,
    register: (jobs) =>
      jobs.work(RunImport, async () => {
        running.resolve()
        await sleep(50)
        finished = true
      }),
  })
  await first.jobs.enqueue(RunImport, { key: 'a' })
  await running.promise
  await first.stop()
  assert.equal(finished, true)

  const seen: string[] = []
  await using second = await startJobs({
    db: database.config,
    register: (jobs) => jobs.work(RunImport, async ({ key }) => void seen.push(key)),
  })
  await second.jobs.drain()
  assert.deepEqual(seen, [])
})

test('a schedule enqueues its job when its time comes, in the time zone given', async (t) => {
  const database = await createKeptDatabase()
  t.after(() => database.drop())
  const ticked = Promise.withResolvers<void>()
  await using app = await startJobs({
    db: database.config,
    jobs: { cronIntervalSeconds: 1 },
    register: (jobs) => {
      jobs.schedule(Tick, '* * * * *', {}, { timeZone: 'Asia/Kathmandu' })
      jobs.work(Tick, async () => ticked.resolve())
    },
  })
  await ticked.promise
  assert.ok((await app.jobs.counts()).some(({ name }) => name === 'note.tick'))
})

test('a cron expression or a time zone that does not exist stops the start', async (t) => {
  const database = await createKeptDatabase()
  t.after(() => database.drop())
  const startWith = (cron: string, timeZone: string) =>
    startJobs({ db: database.config, register: (jobs) => jobs.schedule(Tick, cron, {}, { timeZone }) })
  await assert.rejects(startWith('99 * * * *', 'UTC'), { code: 'start.service_failed' })
  await assert.rejects(startWith('0 9 * * *', 'Europe/Brelin'), { code: 'start.service_failed', message: /Brelin/ })
})
