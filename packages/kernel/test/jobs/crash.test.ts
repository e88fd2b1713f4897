import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { test } from 'node:test'
import { createKeptDatabase } from '../events/kept-database.ts'
import { LongImport } from './long-import.ts'
import { startJobs } from './running.ts'

async function runAndKill(argument: object): Promise<void> {
  const script = new URL('crash-child.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [script, JSON.stringify(argument)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await exited
}

test('a job whose process was killed with -9 runs again, as its second try', async (t) => {
  const database = await createKeptDatabase()
  t.after(() => database.drop())
  const key = randomUUID()
  await runAndKill({ db: database.config, key })

  const began = performance.now()
  const rerun = Promise.withResolvers<{ key: string; attempt: number }>()
  await using app = await startJobs({
    db: database.config,
    register: (jobs) => jobs.work(LongImport, async (input, { attempt }) => rerun.resolve({ ...input, attempt })),
  })
  assert.deepEqual(await rerun.promise, { key, attempt: 2 })
  t.diagnostic(`ran again ${Math.round(performance.now() - began)} ms after the new process began to start`)
  await app.jobs.drain()
  const [counts] = await app.jobs.counts()
  assert.deepEqual(counts, { name: 'note.long-import', waiting: 0, running: 0, failed: 0 })
})
