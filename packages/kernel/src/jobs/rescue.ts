import type { PgBoss } from 'pg-boss'
import type { Logger } from '../log.ts'
import type { Runner } from './runner.ts'
import { type Attempt, type Execute, findRunning, findSilent, hastenRetries } from './store.ts'

interface RescueDeps {
  readonly boss: PgBoss
  readonly execute: Execute
  readonly runner: Runner
  readonly log: Logger
}

/**
 * Brings back the jobs of dead processes. pg-boss does so too, but once a minute and together with a count of every job;
 * this looks only at running ones. Each rescue counts as a failed try, so a job that kills its process ends as failed.
 */
export class Rescue {
  readonly #deps: RescueDeps
  #timer: NodeJS.Timeout | undefined

  constructor(deps: RescueDeps) {
    this.#deps = deps
  }

  every(intervalMs: number): void {
    this.#timer = setInterval(() => void this.#takeSilent(), intervalMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Every running job: for the start on a database that nobody else can have open. */
  async takeAll(): Promise<void> {
    await this.#take(await findRunning(this.#deps.execute))
  }

  async #takeSilent(): Promise<void> {
    try {
      const own = new Set(this.#deps.runner.runningIds())
      await this.#take((await findSilent(this.#deps.execute)).filter(({ id }) => !own.has(id)))
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'jobs of dead processes could not be looked for')
    }
  }

  async #take(attempts: readonly Attempt[]): Promise<void> {
    const { boss, execute, log } = this.#deps
    for (const [name, group] of Map.groupBy(attempts, (attempt) => attempt.name)) {
      const ids = group.map(({ id }) => id)
      await boss.fail(name, [...group], { message: 'The process that ran this job died' })
      await hastenRetries(execute, ids)
      log.warn({ job: name, jobIds: ids }, 'jobs of a dead process were put back')
    }
  }
}
