import timers from 'node:timers/promises'
import { isProblem } from '../problems.ts'
import { isRetryable, never, type Policy } from './policy.ts'

export interface RetryOptions {
  /** Tries in all, the first included. */
  attempts: number
  /** Longest wait before the second try; doubles with each further one. Default 200. */
  baseDelayMs?: number
  /** Default 30 000. Also the longest Retry-After that is waited for. */
  maxDelayMs?: number
  /** Default: `isRetryable`. */
  retryIf?: (error: unknown) => boolean
  /** Milliseconds that the other side asked to wait; default: the problem's `retryAfterSeconds`. */
  retryAfter?: (error: unknown) => number | undefined
  /** From 0 to 1; default `Math.random`. */
  random?: () => number
}

/**
 * Repeats work whose failure may pass. Waits a random part of an exponentially growing time, so that many who failed at once
 * do not come back at once; at least as long as a Retry-After says, and not at all when that is longer than `maxDelayMs`.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function retry(options: RetryOptions): Policy {
  const { attempts, retryIf = isRetryable } = options
  return {
    async run(work, signal = never) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await work(signal)
        } catch (error) {
          const waitMs = waitBefore(attempt + 1, error, options)
          if (attempt >= attempts || waitMs === undefined || signal.aborted || !retryIf(error)) throw error
          await timers.setTimeout(waitMs, undefined, { signal })
        }
      }
    },
  }
}

/** Milliseconds to wait before a try, or undefined when the other side asks for longer than we are ready to. */
function waitBefore(attempt: number, error: unknown, options: RetryOptions): number | undefined {
  const { baseDelayMs = 200, maxDelayMs = 30_000, retryAfter = retryAfterOf, random = Math.random } = options
  const asked = retryAfter(error) ?? 0
  if (asked > maxDelayMs) return undefined
  const ceiling = Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 2))
  return Math.max(asked, random() * ceiling)
}

function retryAfterOf(error: unknown): number | undefined {
  if (!isProblem(error) || error.retryAfterSeconds === undefined) return undefined
  return error.retryAfterSeconds * 1_000
}
