import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTestDatabase } from '@fanfare/testkit'
import { z } from 'zod'
import { defineJob } from '../../src/index.ts'
import { isEmbedded } from '../events/kept-database.ts'
import { startJobs } from './running.ts'

const SaveNote = defineJob('note.save', z.object({ key: z.string() }))
const Tick = defineJob('note.tick', z.object({}))

test('a job enqueued in one process wakes the worker in another', async (t) => {
  const database = await createTestDatabase()
  t.after(() => database.drop())
  if (isEmbedded(database)) return t.skip('the embedded database belongs to one process')
  const started = Promise.withResolvers<number>()
  // Too seldom for the poll to be what finds the job.
  const seldom = { pollIntervalSeconds: 600 }
  await using worker = await startJobs({
    db: database.config,
    jobs: seldom,
    register: (jobs) => jobs.work(SaveNote, async () => started.resolve(performance.now())),
  })
  await using sender = await startJobs({ db: database.config, jobs: seldom })
  const began = performance.now()
  await sender.db.withTenant(randomUUID(), () => sender.jobs.enqueue(SaveNote, { key: 'a' }))
  t.diagnostic(`started ${Math.round((await started.promise) - began)} ms after the enqueue began`)
  await worker.jobs.drain()
  assert.deepEqual(await sender.jobs.counts(), [{ name: 'note.save', waiting: 0, running: 0, failed: 0 }])
})

test('a schedule that two processes know fires once each time', async (t) => {
  const database = await createTestDatabase()
  t.after(() => database.drop())
  if (isEmbedded(database)) return t.skip('the embedded database belongs to one process')
  const ticks: string[] = []
  const process = (name: string) =>
    startJobs({
      db: database.config,
      jobs: { cronIntervalSeconds: 1 },
      register: (jobs) => {
        jobs.schedule(Tick, '* * * * *', {})
        jobs.work(Tick, async () => void ticks.push(name))
      },
    })
  const minute = () => Math.floor(Date.now() / 60_000)
  // The passes to be watched must not straddle a minute, which would be a second time to fire.
  if (new Date().getSeconds() > 50) await sleep(11_000)
  const before = minute()
  await using first = await process('first')
  await using second = await process('second')
  while (ticks.length === 0) await sleep(50)
  await sleep(2_500)
  await Promise.all([first.jobs.drain(), second.jobs.drain()])
  assert.equal(minute(), before, 'the machine was too slow for this test')
  assert.equal(ticks.length, 1)
})
