// Runs a job that never ends, until it is killed. Started by crash.test.ts.
import { LongImport } from './long-import.ts'
import { startJobs } from './running.ts'

const { db, key } = JSON.parse(process.argv[2] ?? '{}')

const app = await startJobs({
  db,
  register: (jobs) =>
    jobs.work(LongImport, async () => {
      console.log('running')
      await new Promise(() => {})
    }),
})
await app.jobs.enqueue(LongImport, { key })
setInterval(() => {}, 1_000)
