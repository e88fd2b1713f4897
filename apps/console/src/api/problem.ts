/** What went wrong, as the server says it in problem+json (RFC 9457), or as the network failed. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly status: number
  readonly code: string
  readonly retryable: boolean
  readonly violations: readonly Violation[]
  readonly requestId: string | undefined

  constructor(body: ProblemBody) {
    super(body.title)
    this.status = body.status
    this.code = body.code
    this.retryable = body.retryable
    this.violations = body.violations ?? []
    this.requestId = body.requestId
  }
}

export interface Violation {
  path: string
  message: string
}

export interface ProblemBody {
  title: string
  status: number
  code: string
  retryable: boolean
  violations?: readonly Violation[]
  requestId?: string
}

/** A failed reply as a problem; one whose body is not problem+json still becomes a sentence. */
export function toProblem(status: number, said: unknown): ApiProblem {
  const body = asProblem(typeof said === 'string' ? parse(said) : said)
  return new ApiProblem({
    title: body?.title ?? `The server answered ${status}`,
    status,
    code: body?.code ?? `http.${status}`,
    retryable: body?.retryable ?? status >= 500,
    ...(body?.violations ? { violations: body.violations } : {}),
    ...(body?.requestId ? { requestId: body.requestId } : {}),
  })
}

export function unreachable(): ApiProblem {
  return new ApiProblem({
    title: 'The server cannot be reached. Check the connection and try again.',
    status: 0,
    code: 'network.unreachable',
    retryable: true,
  })
}

function asProblem(body: unknown): ProblemBody | undefined {
  return typeof body === 'object' && body !== null && 'title' in body ? (body as ProblemBody) : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isProblem(error: unknown, code?: string): error is ApiProblem {
  return error instanceof ApiProblem && (code === undefined || error.code === code)
}

/**
 * Violations by the form field they belong to, and those that belong to none. A path is a JSON pointer into the
 * request, `/body/smtp/host`; a form names the same place `smtp.host`.
 */
export function fieldErrors(error: unknown, fields: readonly string[]) {
  const byField: Record<string, string> = {}
  const rest: Violation[] = []
  for (const violation of isProblem(error) ? error.violations : []) {
    const name = fieldName(violation.path)
    const field = fields.find((known) => name === known) ?? fields.find((known) => name.startsWith(`${known}.`))
    if (field === undefined) rest.push(violation)
    else byField[field] ??= violation.message
  }
  return { byField, rest }
}

function fieldName(pointer: string): string {
  const parts = pointer.split('/').filter((part) => part !== '')
  if (parts[0] === 'body') parts.shift()
  return parts.join('.')
}
