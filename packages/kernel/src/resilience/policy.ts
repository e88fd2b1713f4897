import { isProblem } from '../problems.ts'

/**
 * A rule about how work is carried out: how often, how long, how many at once. Policies are values that hold their own state
 * (a breaker's count, a limit's tokens), so make one for each thing that is protected and share it.
 */
export interface Policy {
  /**
   * Carries out `work` under the rule. `work` gets a signal that aborts when the rule gives up or the caller's own does.
   */
  run<T>(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>
}

/** Whether the same work may succeed later: decided where the failure was born, never by its message. */
export function isRetryable(error: unknown): boolean {
  return isProblem(error) && error.retryable
}

/** A signal that never aborts. */
export const never: AbortSignal = new AbortController().signal
