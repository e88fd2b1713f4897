import { bulkhead as bulkheadPolicy, isBulkheadRejectedError } from 'cockatiel'
import { never, type Policy } from './policy.ts'
import { resilienceProblem } from './problems.ts'

/** At most `running` at once and `waiting` in line; the next is turned away with `resilience.full`. */
export function bulkhead({ running, waiting = 0 }: { running: number; waiting?: number }): Policy {
  const policy = bulkheadPolicy(running, waiting)
  return {
    async run(work, signal = never) {
      try {
        return await policy.execute(({ signal: inner }) => work(inner), signal)
      } catch (error) {
        if (!isBulkheadRejectedError(error)) throw error
        throw resilienceProblem('full', { detail: { running, waiting }, cause: error })
      }
    },
  }
}
