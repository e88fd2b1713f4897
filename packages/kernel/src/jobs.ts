import type { z } from 'zod'
import type { Logger } from './log.ts'
import { token } from './token.ts'

/** Durable work with a name in the imperative and a schema for what it is told. */
export interface JobDefinition<I extends z.ZodType = z.ZodType> {
  /** `<service>.<verb-noun>`. */
  readonly name: string
  readonly input: I
  readonly retryLimit: number
  /** Before the second try; doubles with each further one, up to a quarter of an hour. */
  readonly retryDelaySeconds: number
  /** A run that shows no sign of life for this long is taken to be dead and tried again; at least 10. */
  readonly heartbeatSeconds: number
  /** A run that takes longer is failed. */
  readonly expireInSeconds: number
}

/** @example export const RunImport = defineJob('audience.run-import', z.object({ importId: z.uuid() }), { retryLimit: 5 }) */
export function defineJob<I extends z.ZodType>(
  name: string,
  input: I,
  options: Partial<Omit<JobDefinition<I>, 'name' | 'input'>> = {},
): JobDefinition<I> {
  return {
    name,
    input,
    retryLimit: 5,
    retryDelaySeconds: 2,
    heartbeatSeconds: 15,
    expireInSeconds: 4 * 60 * 60,
    ...options,
  }
}

export interface JobRun {
  readonly id: string
  /** 1 on the first try. */
  readonly attempt: number
  /** The tenant the work is for; undefined for the platform's own work. */
  readonly tenantId: string | undefined
  /** Aborted when the process drains: stop at the next safe point and return or throw; the job is tried again. */
  readonly signal: AbortSignal
  readonly log: Logger
}

export interface EnqueueOptions {
  /** Undefined for the platform's own work. */
  tenantId?: string
  startAfter?: Date
  /** At most one waiting or running job of this name has this key; a second enqueue is a no-op. */
  singletonKey?: string
  /** Higher first; default 0. */
  priority?: number
}

export interface JobCounts {
  readonly name: string
  readonly waiting: number
  readonly running: number
  readonly failed: number
}

/** Durable jobs over pg-boss. `enqueue` inside a transaction is part of it. */
export interface Jobs {
  /** Returns the job's id, or undefined when `singletonKey` found one already there. */
  enqueue<I extends z.ZodType>(
    job: JobDefinition<I>,
    input: z.input<I>,
    options?: EnqueueOptions,
  ): Promise<string | undefined>
  /** Registers the worker of a job; it starts polling when the whole graph is up. */
  work<I extends z.ZodType>(
    job: JobDefinition<I>,
    handle: (input: z.output<I>, run: JobRun) => Promise<void>,
    options?: { concurrency?: number },
  ): void
  /** Enqueues the job at each time of a cron expression in an IANA time zone (default UTC). Kept once for all processes. */
  schedule<I extends z.ZodType>(
    job: JobDefinition<I>,
    cron: string,
    input: z.input<I>,
    options?: { timeZone?: string },
  ): void
  /** Every job that this process works: what a test goes through, as with `Http.routes()`. */
  definitions(): readonly JobDefinition[]
  cancel(job: JobDefinition, id: string): Promise<void>
  counts(): Promise<readonly JobCounts[]>
  /** Resolves when no job is waiting (but for those with a later start) or running. For tests and shutdown. */
  drain(): Promise<void>
}

export const Jobs = token<Jobs>()('jobs')
