/**
 * The kinds of failure a caller can tell apart, and the HTTP status of each. Few on purpose: a code says what happened,
 * a kind says what to do about it. Statuses as in RFC 9110; the reply body is RFC 9457 problem+json.
 */
export const problemKinds = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  missing: 404,
  method_not_allowed: 405,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  unprocessable: 422,
  limited: 429,
  failed: 500,
  unavailable: 503,
} as const
export type ProblemKind = keyof typeof problemKinds

/** One row of a service's table of error codes. */
export interface ProblemSpec {
  readonly kind: ProblemKind
  /** A sentence for a person: what was wrong and what to do. `{name}` is filled from the detail. */
  readonly message: string
  /** Whether the same call may succeed later. Default: true for `limited` and `unavailable`, else false. */
  readonly retryable?: boolean
}

export interface ProblemDetail {
  readonly [name: string]: unknown
}

/** Where an invalid input went wrong: a JSON pointer into the request and a sentence. */
export interface Violation {
  readonly path: string
  readonly message: string
}

/**
 * A coded failure. Compare by `code`, never by `instanceof`: a problem that came over the wire is the same problem.
 */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: string
  readonly kind: ProblemKind
  readonly status: number
  readonly retryable: boolean
  readonly detail: ProblemDetail
  readonly violations: readonly Violation[]
  /** Seconds after which a retry makes sense; becomes the Retry-After header. */
  readonly retryAfterSeconds: number | undefined

  constructor(code: string, spec: ProblemSpec, options: ProblemOptions = {}) {
    super(fill(spec.message, options.detail), options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.kind = spec.kind
    this.status = problemKinds[spec.kind]
    this.retryable = spec.retryable ?? (spec.kind === 'limited' || spec.kind === 'unavailable')
    this.detail = options.detail ?? {}
    this.violations = options.violations ?? []
    this.retryAfterSeconds = options.retryAfterSeconds
  }

  /** The RFC 9457 body. `type` is a page of docs/errors.md. */
  toJSON(): ProblemBody {
    return {
      type: `/docs/errors#${this.code}`,
      title: this.message,
      status: this.status,
      code: this.code,
      retryable: this.retryable,
      ...(Object.keys(this.detail).length > 0 ? { detail: this.detail } : {}),
      ...(this.violations.length > 0 ? { violations: this.violations } : {}),
    }
  }
}

export interface ProblemOptions {
  detail?: ProblemDetail
  violations?: readonly Violation[]
  retryAfterSeconds?: number
  cause?: unknown
}

export interface ProblemBody {
  type: string
  title: string
  status: number
  code: string
  retryable: boolean
  detail?: ProblemDetail
  violations?: readonly Violation[]
  requestId?: string
}

export type ProblemCatalog = Readonly<Record<string, ProblemSpec>>

/** Every table made by `defineProblems`, by service: the source of docs/errors.md. */
export const problemCatalogs = new Map<string, ProblemCatalog>()

/**
 * Declares a service's codes in one table and returns the maker of its problems. A code is `<service>.<name>`.
 *
 * @example
 * export const problem = defineProblems('audience', {
 *   contact_missing: { kind: 'missing', message: 'No contact has the id {id}' },
 * })
 * throw problem('contact_missing', { detail: { id } })
 */
export function defineProblems<const C extends ProblemCatalog>(service: string, catalog: C) {
  problemCatalogs.set(service, catalog)
  return (name: keyof C & string, options?: ProblemOptions): Problem =>
    new Problem(`${service}.${name}`, catalog[name] as ProblemSpec, options)
}

/** True for any failure that carries a code, whichever package or process it was born in. */
export function isProblem(error: unknown, code?: string): error is Problem {
  const candidate = error as Partial<Problem> | null | undefined
  if (typeof candidate !== 'object' || candidate === null) return false
  if (typeof candidate.code !== 'string' || typeof candidate.kind !== 'string') return false
  return code === undefined || candidate.code === code
}

function fill(message: string, detail: ProblemDetail | undefined): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = detail?.[name]
    return value === undefined ? whole : String(value)
  })
}
