import type { JobCounts } from '../jobs.ts'

/** Runs a statement in the schema of the jobs. */
export type Execute = (text: string, values?: unknown[]) => Promise<{ rows: unknown[] }>

/** A running job and which try it is, as pg-boss counts: 0 for the first. */
export interface Attempt {
  readonly name: string
  readonly id: string
  readonly retryCount: number
}

/** The queue of a job, made once; safe inside a transaction, which `PgBoss.createQueue` is not. */
export async function ensureQueue(execute: Execute, name: string, options: object): Promise<void> {
  await execute('select kernel_jobs.create_queue($1::text, $2::jsonb)', [name, JSON.stringify(options)])
}

export async function countJobs(execute: Execute): Promise<JobCounts[]> {
  const { rows } = await execute(`
    select queue.name,
      count(*) filter (where job.state in ('created', 'retry'))::integer as waiting,
      count(*) filter (where job.state = 'active')::integer as running,
      count(*) filter (where job.state = 'failed')::integer as failed
    from kernel_jobs.queue left join kernel_jobs.job on job.name = queue.name
    where queue.name not like '\\_\\_pgboss\\_\\_%'
    group by queue.name order by queue.name`)
  return rows as JobCounts[]
}

/** How many of these jobs are running or could be now. */
export async function countUnsettled(execute: Execute, names: readonly string[]): Promise<number> {
  const { rows } = await execute(
    `select count(*)::integer as count from kernel_jobs.job
     where name = any($1::text[]) and (state = 'active' or (state in ('created', 'retry') and start_after <= now()))`,
    [names],
  )
  return (rows as { count: number }[])[0]?.count ?? 0
}

/** Jobs that show no sign of life. */
export async function findSilent(execute: Execute): Promise<Attempt[]> {
  const { rows } = await execute(`
    select name, id, retry_count as "retryCount" from kernel_jobs.job
    where state = 'active' and heartbeat_on + heartbeat_seconds * interval '1 second' < now()`)
  return rows as Attempt[]
}

export async function findRunning(execute: Execute): Promise<Attempt[]> {
  const { rows } = await execute(
    `select name, id, retry_count as "retryCount" from kernel_jobs.job where state = 'active'`,
  )
  return rows as Attempt[]
}

/** Lets jobs that are to be tried again start now; theirs was not a failure that time would mend. */
export async function hastenRetries(execute: Execute, ids: readonly string[]): Promise<void> {
  await execute(
    `update kernel_jobs.job set start_after = now() where id = any($1::uuid[]) and state = 'retry' and start_after > now()`,
    [ids],
  )
}

/** Puts running jobs back as if they had never been taken: an interruption is not a failed try. */
export async function putBack(execute: Execute, ids: readonly string[]): Promise<void> {
  await execute(
    `update kernel_jobs.job set state = 'created', started_on = null, heartbeat_on = null
     where id = any($1::uuid[]) and state = 'active'`,
    [ids],
  )
}
