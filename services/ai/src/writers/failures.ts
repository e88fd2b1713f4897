import { isProblem, type Problem } from '@fanfare/kernel'
import { problem } from '../errors.ts'

/** Busy, rate-limited, timed out, overloaded (529 is Anthropic's), or broken on its side. */
const passing = new Set([408, 409, 425, 429, 500, 502, 503, 504, 529])

/**
 * A vendor's failure as one of ours, decided by its status: `ai.model_unavailable` may pass, `ai.model_refused` will not.
 * A failure without a status never reached an answer: the network, or a stream that broke.
 */
export function failureOf(error: unknown, model: string): Problem {
  if (isProblem(error) && error.code.startsWith('ai.')) return error
  const status = statusOf(error)
  const reason = shortened(error instanceof Error ? error.message : String(error))
  const blocked = isProblem(error, 'egress.blocked')
  const name = blocked || (status !== undefined && !passing.has(status)) ? 'model_refused' : 'model_unavailable'
  return problem(name, {
    detail: { model, reason: status === undefined ? reason : `${status} ${reason}` },
    cause: error,
  })
}

function statusOf(error: unknown): number | undefined {
  const { status, status_code: statusCode } = error as { status?: unknown; status_code?: unknown }
  return [status, statusCode].find((value): value is number => typeof value === 'number')
}

function shortened(reason: string): string {
  const line = reason.replace(/\s+/g, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 300)}…` : line
}
