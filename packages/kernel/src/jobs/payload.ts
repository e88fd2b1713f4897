import type { z } from 'zod'
import type { JobDefinition } from '../jobs.ts'
import { jobsProblem } from './errors.ts'

/** What pg-boss keeps of a job for us. */
export interface Payload {
  readonly input: unknown
  readonly tenantId?: string
  /** W3C traceparent of whoever enqueued it. */
  readonly trace?: string
}

/** What JSON keeps of an input, once it is known to fit the job's schema. */
export function jsonInputOf<I extends z.ZodType>(job: JobDefinition<I>, input: z.input<I>): unknown {
  const json = JSON.stringify(input)
  const kept = json === undefined ? undefined : JSON.parse(json)
  const parsed = job.input.safeParse(kept)
  if (parsed.success) return kept
  const reason = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
  throw jobsProblem('invalid_input', { detail: { job: job.name, reason }, cause: parsed.error })
}
