import {
  createLogger,
  Db,
  database,
  defineService,
  Jobs,
  jobs,
  type Logger,
  readEnvironment,
  start,
  token,
} from '../../src/index.ts'

export interface JobsAppOptions {
  /** Config of the service `db`: which database. */
  db: Readonly<Record<string, unknown>>
  jobs?: Readonly<Record<string, unknown>>
  drainBudgetMs?: number
  log?: Logger
  /** Registers workers and schedules, before the start is over. */
  register?(jobs: Jobs): void
}

/** Jobs on a database, with a service that registers the workers of a test. */
export async function startJobs({ db, jobs: config = {}, register = () => {}, drainBudgetMs, log }: JobsAppOptions) {
  const registrar = defineService({
    provides: token<true>()('registrar'),
    needs: { jobs: Jobs },
    start: (needs) => {
      register(needs.jobs)
      return true as const
    },
  })
  const app = await start([database(), jobs(), registrar], {
    environment: { FANFARE_DATA_DIR: 'memory://' },
    config: { db, jobs: { pollIntervalSeconds: 0.5, ...config } },
    log: log ?? createLogger({ level: readEnvironment().LOG === '1' ? 'debug' : 'silent' }),
    ...(drainBudgetMs === undefined ? {} : { drainBudgetMs }),
  })
  return {
    db: app.get(Db),
    jobs: app.get(Jobs),
    stop: () => app.stop(),
    [Symbol.asyncDispose]: () => app.stop(),
  }
}

export type JobsApp = Awaited<ReturnType<typeof startJobs>>
