import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Policy } from './policy.ts'
import { never } from './policy.ts'
import { resilienceProblem } from './problems.ts'

/** At most `points` calls in each window of `seconds`; more are turned away with `resilience.too_many` and when to retry. */
export function rateLimit({ points, seconds }: { points: number; seconds: number }): Policy {
  const limiter = new RateLimiterMemory({ points, duration: seconds })
  return {
    async run(work, signal = never) {
      await limiter.consume('all').catch((refused: unknown) => {
        if (!(refused instanceof RateLimiterRes)) throw refused
        const retryAfterSeconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1_000))
        throw resilienceProblem('too_many', { detail: { points, seconds }, retryAfterSeconds })
      })
      return work(signal)
    },
  }
}
