import { internalsOf } from '../database/internals.ts'
import { Db } from '../database.ts'
import { Jobs } from '../jobs.ts'
import { defineService } from '../service.ts'
import { jobsConfig } from './config.ts'
import { Queue } from './queue.ts'

/**
 * The service behind `Jobs`: pg-boss in the schema `kernel_jobs` of our own database. Config: `FANFARE_JOBS_…`, see
 * `jobsConfig`.
 */
export function jobs() {
  return defineService({
    provides: Jobs,
    needs: { db: Db },
    group: 'kernel',
    config: jobsConfig,
    start: async ({ db }, context) => {
      const queue = new Queue({ db, internals: internalsOf(db), context })
      context.defer(() => queue.stop())
      context.onReady(() => queue.open())
      context.onDrain((signal) => queue.close(signal))
      await queue.start()
      return queue
    },
  })
}
