import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Violation } from '../problems.ts'
import type { Route } from '../route.ts'
import { escapePointer, invalid, violationIn } from './json.ts'

export interface Input {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

/** Parses all that a route takes and tells every fault at once, wherever it is. */
export function parseInput(route: Route, request: FastifyRequest, body: unknown): Input {
  const violations: Violation[] = []
  const read = (place: keyof Input, value: unknown) => {
    const schema = route[place]
    if (schema === undefined) return undefined
    const unfit = place === 'body' ? undefined : violationIn(value, `/${place}`)
    if (unfit) return void violations.push(unfit)
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
    violations.push(...violationsOf(parsed.error, `/${place}`))
  }
  const input = {
    params: read('params', request.params),
    query: read('query', request.query),
    body: read('body', body),
  }
  if (violations.length > 0) throw invalid(violations.slice(0, maxViolations))
  return input
}

/** Enough to mend a form; a body of ten thousand wrong rows need not be answered with as many sentences. */
const maxViolations = 50

export function violationsOf(error: z.ZodError, at: string): Violation[] {
  return error.issues.map(({ path, message }) => ({
    path: [at, ...path.map((part) => escapePointer(String(part)))].join('/'),
    message,
  }))
}
