import { isProblem, type Problem } from '../problems.ts'
import { invalid } from './json.ts'
import { httpProblem } from './problems.ts'

/**
 * Text or a number that PostgreSQL cannot hold; the fault of what was sent, so not ours to fail on.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const unstorable: Readonly<Record<string, string>> = {
  '22001': 'is too long to be stored',
  '22003': 'holds a number out of range',
  '22007': 'holds no date',
  '22008': 'holds a date out of range',
  '22021': 'holds a character that cannot be stored',
  '22P02': 'holds a value of another type',
  '22P05': 'holds a character that cannot be stored',
  '54000': 'is too long to be indexed',
}

/** Serialization failures, deadlocks, no connection: the same request may pass in a moment. */
const passing = /^(40001|40P01|53\d{3}|57P\d\d|57014|08\d{3})$/

/** Fastify's own failures, before a route is reached. */
const fastifyFaults: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'is not a URL that can be decoded',
  FST_ERR_MAX_PARAM_LENGTH: 'has a part in its path that is too long',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'has a content type that cannot be read',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'has another length than Content-Length says',
}

/** The problem that a caller sees for any failure: its own, or one that tells nothing of the inside. */
export function problemFor(error: unknown): Problem {
  if (isProblem(error)) return error
  const code = codeOf(error)
  const reason = unstorable[code] ?? fastifyFaults[code]
  if (reason !== undefined) return invalid([{ path: '', message: reason }])
  if (passing.test(code)) return httpProblem('busy', { cause: error })
  return httpProblem('failed', { cause: error })
}

function codeOf(error: unknown): string {
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 4; depth++) {
    const { code, cause } = at as { code?: unknown; cause?: unknown }
    if (typeof code === 'string') return code
    at = cause
  }
  return ''
}
