import { isTaskCancelledError, TimeoutStrategy, timeout as timeoutPolicy } from 'cockatiel'
import { never, type Policy } from './policy.ts'
import { resilienceProblem } from './problems.ts'

/** Gives up after a time: the signal aborts and `resilience.timed_out` is thrown, whether or not the work listens. */
export function timeout(afterMs: number): Policy {
  const policy = timeoutPolicy(afterMs, TimeoutStrategy.Aggressive)
  return {
    async run(work, signal = never) {
      try {
        return await policy.execute((_context, inner = never) => work(inner), signal)
      } catch (error) {
        if (!isTaskCancelledError(error)) throw error
        signal.throwIfAborted()
        throw resilienceProblem('timed_out', { detail: { afterMs }, cause: error })
      }
    },
  }
}
