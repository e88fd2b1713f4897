import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Actor, type WorkContextFields, withContext } from '../context.ts'
import type { Logger } from '../log.ts'
import { measure } from '../prometheus.ts'
import type { AnyReply, Caller, RouteRequest } from '../route.ts'
import { admit } from './access.ts'
import { canonicalAddress } from './addresses.ts'
import { readBody } from './body.ts'
import { type Door, isSecure, type MountedRoute } from './door.ts'
import { problemFor } from './failures.ts'
import { homeOf } from './hosts.ts'
import { once } from './idempotency.ts'
import { type Input, parseInput } from './input.ts'
import { checkReply, problemReply, sendReply } from './replies.ts'
import { traced } from './tracing.ts'

/** One request on its way through. */
interface Visit {
  readonly door: Door
  readonly route: MountedRoute
  readonly request: FastifyRequest
  readonly fields: WorkContextFields
  /** Grows on the way: rate limits. */
  readonly headers: Record<string, string>
  readonly reply: FastifyReply
}

/** The Fastify handler of a route: who, may they, what do they want, do it, check the reply. */
export function handlerOf(door: Door, route: MountedRoute) {
  const operation = `${route.method} ${route.path}`
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const began = performance.now()
    const headers: Record<string, string> = { 'x-request-id': request.id }
    const answer = await traced(request, operation, (traceId) => {
      const fields = { requestId: request.id, traceId, operation }
      return withContext(fields, () => settle({ door, route, request, fields, headers, reply }))
    })
    if (door.closing) reply.header('connection', 'close')
    reply.headers(headers)
    sendReply(reply, answer, isSecure(door))
    const ms = Math.round(performance.now() - began)
    const line = { requestId: request.id, operation, status: answer.status, ms }
    if (route.service === 'system') door.context.log.debug(line, 'request')
    else door.context.log.info(line, 'request')
    return reply
  }
}

/** Aborted when the client goes before it has its reply. */
function signalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  const abort = () => {
    if (!reply.raw.writableFinished) controller.abort()
  }
  if (reply.raw.closed) abort()
  else reply.raw.once('close', abort)
  return controller.signal
}

/** Every failure becomes a reply; ours (5xx) also counts as an error and is logged, once. */
async function settle(visit: Visit): Promise<AnyReply> {
  const { door, fields } = visit
  const refuse = (error: unknown): AnyReply => {
    const problem = problemFor(error)
    if (problem.status >= 500) throw problem
    return problemReply(problem, fields.requestId)
  }
  return measure(door.context.metrics, 'http', fields.operation, () => answer(visit).catch(refuse)).catch(
    (error: unknown) => {
      const problem = problemFor(error)
      logFailure(door.context.log, problem)
      return problemReply(problem, fields.requestId)
    },
  )
}

function logFailure(log: Logger, problem: Error & { kind: string }): void {
  if (problem.kind === 'unavailable') log.warn({ err: problem }, 'a request could not be served now')
  else log.error({ err: problem.cause ?? problem }, 'a request failed')
}

async function answer(visit: Visit): Promise<AnyReply> {
  const { door, route, request, headers } = visit
  const { caller, credentials } = await admit(door, route, request, headers)
  const tenantId = caller.kind === 'workspace' ? caller.tenantId : undefined
  const userAgent = request.headers['user-agent']
  const from = { actor: actorOf(caller), address: canonicalAddress(credentials.address), userAgent }
  return withContext({ ...visit.fields, tenantId, ...from }, async () => {
    const body = await readBody(route, request, door.config.bodyLimitBytes)
    const input = parseInput(route, request, body.parsed)
    const routeRequest = requestOf(visit, caller, { ...input, stream: body.stream, cookies: credentials.cookies })
    const run = async () => checkReply(route, await route.handler(routeRequest))
    return once(door, route, routeRequest, run)
  })
}

function actorOf(caller: Caller): Actor {
  if (caller.kind === 'anonymous') return { kind: 'anonymous', id: undefined }
  if (caller.kind === 'workspace' && caller.keyId !== undefined) return { kind: 'api_key', id: caller.keyId }
  return { kind: 'person', id: caller.userId }
}

interface Taken extends Input {
  readonly stream: Readable | undefined
  readonly cookies: RouteRequest['cookies']
}

function requestOf({ door, request, reply }: Visit, caller: Caller, taken: Taken): RouteRequest {
  let signal: AbortSignal | undefined
  return {
    cookies: taken.cookies,
    // What each field's type says was held by the route's own schemas and access.
    params: taken.params as undefined,
    query: taken.query as undefined,
    body: taken.body as undefined,
    caller: caller as RouteRequest['caller'],
    method: request.method,
    headers: request.headers as RouteRequest['headers'],
    address: request.ip,
    host: homeOf(door, request),
    userAgent: request.headers['user-agent'] ?? '',
    requestId: request.id,
    log: door.context.log,
    // Made only for the few handlers that ask.
    get stream() {
      return taken.stream ?? Readable.from([])
    },
    get signal() {
      signal ??= signalOf(reply)
      return signal
    },
  }
}
