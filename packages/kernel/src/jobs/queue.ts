import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PgBoss } from 'pg-boss'
import type { z } from 'zod'
import type { DatabaseInternals } from '../database/internals.ts'
import type { Database } from '../database.ts'
import type { EnqueueOptions, JobCounts, JobDefinition, JobRun, Jobs } from '../jobs.ts'
import type { ServiceContext } from '../service.ts'
import { currentTraceparent } from '../trace.ts'
import { createBoss, executeOn } from './boss.ts'
import type { JobsConfig } from './config.ts'
import { jobsProblem } from './errors.ts'
import { jsonInputOf, type Payload } from './payload.ts'
import { queueOptionsOf, retryOptionsOf } from './queue-options.ts'
import { Rescue } from './rescue.ts'
import { type FetchedJob, Runner, type Worker } from './runner.ts'
import { countJobs, countUnsettled, type Execute, ensureQueue, putBack } from './store.ts'

/** How long handlers have to heed their aborted signal before their jobs are put back without them. */
const abortGraceMs = 500

interface QueueDeps {
  readonly db: Database
  readonly internals: DatabaseInternals
  readonly context: ServiceContext<JobsConfig>
}
interface Schedule {
  readonly job: JobDefinition
  readonly cron: string
  readonly payload: Payload
  readonly timeZone: string
}

/** Jobs over pg-boss: collects workers while services start, opens when all are up, closes on drain. */
export class Queue implements Jobs {
  readonly #deps: QueueDeps
  readonly #boss: PgBoss
  readonly #execute: Execute
  readonly #runner: Runner
  readonly #rescue: Rescue
  readonly #workers = new Map<string, Worker>()
  readonly #schedules: Schedule[] = []
  /** pg-boss's ids of the workers of each job, to wake them. */
  readonly #workerIds = new Map<string, string[]>()
  /** Queues that are known to be committed. */
  readonly #known = new Set<string>()
  /** A job may be enqueued inside a transaction; the workers it wakes must not inherit it. */
  readonly #outside = AsyncLocalStorage.snapshot()
  #opened = false

  constructor(deps: QueueDeps) {
    const { internals, context } = deps
    this.#deps = deps
    this.#boss = createBoss(internals, context.config, context.log)
    this.#execute = executeOn(internals)
    const returnJobs = (ids: readonly string[]) => putBack(this.#execute, ids)
    this.#runner = new Runner({ log: context.log, metrics: context.metrics, putBack: returnJobs })
    this.#rescue = new Rescue({ boss: this.#boss, execute: this.#execute, runner: this.#runner, log: context.log })
  }

  async start(): Promise<void> {
    await this.#boss.start()
    // Nobody else can have the embedded database open, so whoever was running these jobs is dead.
    if (this.#deps.internals.kind === 'pglite') await this.#rescue.takeAll()
  }

  async open(): Promise<void> {
    this.#opened = true
    for (const { job } of [...this.#workers.values(), ...this.#schedules]) await this.#ensure(job)
    for (const { job, cron, payload, timeZone } of this.#schedules) {
      await this.#boss.schedule(job.name, cron, payload, { tz: timeZone, ...retryOptionsOf(job) })
    }
    for (const worker of this.#workers.values()) await this.#work(worker)
    if (this.#deps.internals.kind === 'postgresql') {
      this.#rescue.every(this.#deps.context.config.rescueIntervalSeconds * 1_000)
    }
  }

  /** Takes no new jobs and waits for the running ones; at the signal they are aborted and put back. */
  async close(signal: AbortSignal): Promise<void> {
    this.#rescue.stop()
    for (const name of this.#workers.keys()) await this.#boss.offWork(name, { wait: false })
    const budgetSpent = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    await Promise.race([this.#runner.idle(), budgetSpent])
    await this.#interrupt()
  }

  async stop(): Promise<void> {
    this.#rescue.stop()
    await this.#interrupt()
    await this.#boss.stop({ graceful: false, close: false })
  }

  async enqueue<I extends z.ZodType>(
    job: JobDefinition<I>,
    input: z.input<I>,
    { tenantId, startAfter, singletonKey, priority }: EnqueueOptions = {},
  ): Promise<string | undefined> {
    const trace = currentTraceparent()
    const payload: Payload = {
      input: jsonInputOf(job, input),
      ...(tenantId === undefined ? {} : { tenantId }),
      ...(trace === undefined ? {} : { trace }),
    }
    await this.#ensure(job)
    const id = await this.#boss.send(job.name, payload, {
      ...retryOptionsOf(job),
      singletonKey: singletonKey ?? randomUUID(),
      ...(startAfter === undefined ? {} : { startAfter }),
      ...(priority === undefined ? {} : { priority }),
    })
    if (startAfter === undefined) this.#deps.db.afterCommit(() => this.#wake(job.name))
    return id ?? undefined
  }

  work<I extends z.ZodType>(
    job: JobDefinition<I>,
    handle: (input: z.output<I>, run: JobRun) => Promise<void>,
    { concurrency = 1 }: { concurrency?: number } = {},
  ): void {
    this.#refuseLate(job)
    if (this.#workers.has(job.name)) throw jobsProblem('worked_twice', { detail: { job: job.name } })
    // The runner parses the input with this very definition before it calls the handler.
    this.#workers.set(job.name, { job, concurrency, handle: handle as Worker['handle'] })
  }

  schedule<I extends z.ZodType>(
    job: JobDefinition<I>,
    cron: string,
    input: z.input<I>,
    { timeZone = 'UTC' }: { timeZone?: string } = {},
  ): void {
    this.#refuseLate(job)
    this.#schedules.push({ job, cron, payload: { input: jsonInputOf(job, input) }, timeZone })
  }

  definitions(): readonly JobDefinition[] {
    return [...this.#workers.values()].map(({ job }) => job)
  }

  async cancel(job: JobDefinition, id: string): Promise<void> {
    await this.#ensure(job)
    await this.#boss.cancel(job.name, id)
    this.#deps.db.afterCommit(() => this.#runner.abort(id, new Error(`The job ${id} was cancelled`)))
  }

  counts(): Promise<readonly JobCounts[]> {
    return countJobs(this.#execute)
  }

  async drain(): Promise<void> {
    const names = [...this.#workers.keys()]
    while ((await countUnsettled(this.#execute, names)) > 0) {
      for (const name of names) this.#wake(name)
      await Promise.race([this.#runner.idle(), sleep(50)])
      await sleep(10)
    }
  }

  /** Makes the job's queue. One made inside a transaction counts only when that has committed. */
  async #ensure(job: JobDefinition): Promise<void> {
    if (this.#known.has(job.name)) return
    await ensureQueue(this.#execute, job.name, queueOptionsOf(job))
    this.#deps.db.afterCommit(() => this.#known.add(job.name))
  }

  /** One pg-boss worker for each job that may run at a time, so that each can be woken by its id. */
  async #work(worker: Worker): Promise<void> {
    const { pollIntervalSeconds } = this.#deps.context.config
    const polling = {
      pollingIntervalSeconds: pollIntervalSeconds,
      notifyPollingIntervalSeconds: pollIntervalSeconds,
    }
    const ids: string[] = []
    for (let count = 0; count < worker.concurrency; count += 1) {
      const run = async ([fetched]: FetchedJob[]) => this.#runner.run(worker, fetched as FetchedJob)
      ids.push(await this.#boss.work<Payload>(worker.job.name, polling, run))
    }
    this.#workerIds.set(worker.job.name, ids)
  }

  #wake(name: string): void {
    this.#outside(() => {
      for (const id of this.#workerIds.get(name) ?? []) this.#boss.notifyWorker(id)
    })
  }

  /** A handler that heeds its signal puts its job back as it ends; the jobs of the others are put back under them. */
  async #interrupt(): Promise<void> {
    for (const id of this.#runner.runningIds()) this.#runner.abort(id, new Error('The process is stopping'))
    await Promise.race([this.#runner.idle(), sleep(abortGraceMs, undefined, { ref: false })])
    const left = this.#runner.runningIds()
    if (left.length > 0) await putBack(this.#execute, left)
  }

  #refuseLate(job: JobDefinition): void {
    if (this.#opened) throw jobsProblem('late_registration', { detail: { job: job.name } })
  }
}
