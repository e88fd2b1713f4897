import { withContext } from '../context.ts'
import type { JobDefinition, JobRun } from '../jobs.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { measure } from '../prometheus.ts'
import { traceIdOf } from '../trace.ts'
import type { Payload } from './payload.ts'

/** A job as pg-boss hands it to a worker. */
export interface FetchedJob {
  readonly id: string
  readonly data: Payload
  readonly retryCount: number
  readonly signal: AbortSignal
}

export interface Worker {
  readonly job: JobDefinition
  readonly concurrency: number
  readonly handle: (input: unknown, run: JobRun) => Promise<void>
}

export interface RunnerDeps {
  readonly log: Logger
  readonly metrics: Metrics
  /** Returns an interrupted job to the queue, as if it had never been taken. */
  readonly putBack: (ids: readonly string[]) => Promise<void>
}

/** Runs the jobs of this process and knows which are running. */
export class Runner {
  readonly #deps: RunnerDeps
  readonly #running = new Map<string, { abort: AbortController; finished: Promise<void> }>()

  constructor(deps: RunnerDeps) {
    this.#deps = deps
  }

  runningIds(): string[] {
    return [...this.#running.keys()]
  }

  abort(id: string, reason: Error): void {
    this.#running.get(id)?.abort.abort(reason)
  }

  /** Resolves when everything that runs now has ended, well or not. */
  async idle(): Promise<void> {
    await Promise.allSettled([...this.#running.values()].map(({ finished }) => finished))
  }

  /** Rejects when the job failed, which is how pg-boss learns that it must be tried again. */
  run(worker: Worker, fetched: FetchedJob): Promise<void> {
    const abort = new AbortController()
    const finished = this.#run(worker, fetched, abort.signal).finally(() => this.#running.delete(fetched.id))
    this.#running.set(fetched.id, { abort, finished })
    return finished
  }

  async #run({ job, handle }: Worker, { id, data, retryCount, signal }: FetchedJob, aborted: AbortSignal) {
    const { log: root, metrics, putBack } = this.#deps
    const { tenantId, trace } = data
    const log = root.child({ job: job.name, jobId: id })
    const attempt = retryCount + 1
    const run: JobRun = { id, attempt, tenantId, signal: AbortSignal.any([signal, aborted]), log }
    const fields = { requestId: id, tenantId, traceId: traceIdOf(trace), operation: `job ${job.name}` }
    await withContext(fields, async () => {
      try {
        await measure(metrics, 'job', job.name, async () => handle(job.input.parse(data.input), run), trace)
        // Returning early because the process stops is not the same as being done.
        aborted.throwIfAborted()
      } catch (error) {
        reportFailure(log, error, { attempt, tries: job.retryLimit + 1, interrupted: aborted.aborted })
        // Before pg-boss hears of it: what is back in the queue it can no longer count as a failed try.
        if (aborted.aborted) await putBack([id])
        throw error
      }
    })
  }
}

function reportFailure(
  log: Logger,
  error: unknown,
  { attempt, tries, interrupted }: { attempt: number; tries: number; interrupted: boolean },
): void {
  if (interrupted) log.info({ attempt, err: error }, 'a job was interrupted')
  else if (attempt < tries) log.warn({ attempt, tries, err: error }, 'a job failed and will be tried again')
  else log.error({ attempt, tries, err: error }, 'a job failed for the last time')
}
