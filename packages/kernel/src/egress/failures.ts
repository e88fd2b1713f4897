import { isProblem, type Problem } from '../problems.ts'
import { egressProblem } from './problems.ts'

/** What to call a failure: ours if one is at the bottom of it, the caller's own abort as it is. */
export function failureOf(error: unknown, shown: string, timeoutMs: number, signal: AbortSignal | undefined): unknown {
  const own = problemIn(error)
  if (own) return own
  if (signal?.aborted) return signal.reason
  const bottom = bottomOf(error)
  if (bottom.name === 'TimeoutError' || /TIMEOUT/.test(bottom.code ?? '')) {
    return egressProblem('timeout', { detail: { url: shown, timeoutMs }, cause: error })
  }
  return egressProblem('failed', { detail: { url: shown, reason: bottom.code ?? bottom.message }, cause: error })
}

function problemIn(error: unknown): Problem | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) if (isProblem(at)) return at
  return undefined
}

interface Failure {
  readonly name: string
  readonly message: string
  readonly code?: string
}

function bottomOf(error: unknown): Failure {
  let at = error as Failure & { cause?: unknown }
  for (let depth = 0; at.cause instanceof Error && depth < 5; depth++) at = at.cause as typeof at
  return { name: at.name, message: at.message, ...(typeof at.code === 'string' ? { code: at.code } : {}) }
}
