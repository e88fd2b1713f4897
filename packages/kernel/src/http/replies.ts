import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Problem } from '../problems.ts'
import type { AnyReply, Route, SetCookie } from '../route.ts'
import { violationsOf } from './input.ts'
import { httpProblem } from './problems.ts'

/**
 * The reply as its schema lets it out: a field nobody declared does not leave. A stream, or text with a content type of
 * its own (a page, a CSV file), is sent as it is.
 */
export function checkReply(route: Route, reply: AnyReply): AnyReply {
  const schema = route.replies[reply.status]
  if (schema === undefined) throw mismatch(route, '/status', `${reply.status} is not declared`)
  if (isOpaque(reply)) return reply
  const parsed = schema.safeParse(reply.body)
  if (parsed.success) return { ...reply, body: parsed.data }
  const first = violationsOf(parsed.error, '/body')[0]
  throw mismatch(route, first?.path ?? '/body', first?.message ?? 'does not fit', parsed.error)
}

function mismatch(route: Route, where: string, reason: string, cause?: unknown) {
  return httpProblem('reply_mismatch', { detail: { route: `${route.method} ${route.path}`, where, reason }, cause })
}

/** Whether the body bypasses JSON. */
export function isOpaque(reply: AnyReply): boolean {
  if (reply.body instanceof Readable) return true
  return (typeof reply.body === 'string' || reply.body instanceof Uint8Array) && contentTypeOf(reply) !== undefined
}

function contentTypeOf(reply: AnyReply): string | undefined {
  return Object.entries(reply.headers ?? {}).find(([name]) => name.toLowerCase() === 'content-type')?.[1]
}

/** RFC 9457 problem+json. */
export function problemReply(problem: Problem, requestId: string): AnyReply {
  return {
    status: problem.status,
    body: { ...problem.toJSON(), requestId },
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      ...(problem.retryAfterSeconds === undefined ? {} : { 'retry-after': String(problem.retryAfterSeconds) }),
      ...(problem.kind === 'unauthenticated' ? { 'www-authenticate': 'Bearer' } : {}),
      // The rest of a body that is too long is not worth reading.
      ...(problem.kind === 'too_large' ? { connection: 'close' } : {}),
    },
  }
}

export function sendReply(reply: FastifyReply, answer: AnyReply, secure: boolean): void {
  reply.code(answer.status)
  if (answer.headers) reply.headers(answer.headers)
  // What one person is shown is nobody's to keep, unless the reply says so.
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  for (const cookie of answer.cookies ?? []) setCookie(reply, cookie, secure)
  if (answer.body === null || answer.body === undefined) return void reply.send()
  if (isOpaque(answer)) return void reply.send(answer.body)
  if (contentTypeOf(answer) === undefined) reply.header('content-type', 'application/json; charset=utf-8')
  reply.send(JSON.stringify(answer.body))
}

function setCookie(
  reply: FastifyReply,
  { name, value, maxAgeSeconds, readable = false }: SetCookie,
  secure: boolean,
): void {
  reply.setCookie(secure ? `__Host-${name}` : name, value, {
    path: '/',
    httpOnly: !readable,
    sameSite: 'lax',
    secure,
    maxAge: value === '' ? 0 : maxAgeSeconds,
  })
}
