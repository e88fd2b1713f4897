import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import cookie from '@fastify/cookie'
import cors from '@fastify/cors'
import websocket from '@fastify/websocket'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Logger } from '../log.ts'
import type { HttpConfig } from './config.ts'
import { collectDocument } from './document.ts'
import { problemFor } from './failures.ts'
import { problemReply, sendReply } from './replies.ts'
import { securityHeaders } from './security-headers.ts'

const maxSocketMessageBytes = 64 * 1_024

/** Fastify with what every route shares. Bodies are left unread: the route's own schemas say how. */
export async function createServer(config: HttpConfig, version: string, log: Logger): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    trustProxy: config.trustedProxies.length > 0 ? config.trustedProxies : false,
    genReqId: requestIdOf,
    routerOptions: { maxParamLength: 1_000 },
    forceCloseConnections: 'idle',
    // An upload may take long; headers may not (Node's own headersTimeout).
    requestTimeout: 30 * 60_000,
    frameworkErrors: sendFailure,
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _body, done) => done(null))
  app.setValidatorCompiler(() => (value) => ({ value }))
  app.setSerializerCompiler(() => JSON.stringify)
  app.setErrorHandler((error, request, reply) => {
    if (problemFor(error).status >= 500) log.error({ requestId: request.id, err: error }, 'a request failed')
    sendFailure(error, request, reply)
  })
  await app.register(cookie)
  const headers = securityHeaders(config)
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
  if (config.corsOrigins.length > 0) {
    await app.register(cors, {
      origin: config.corsOrigins,
      credentials: true,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders: [
        'x-request-id',
        'fanfare-csrf',
        'retry-after',
        'ratelimit-limit',
        'ratelimit-remaining',
        'ratelimit-reset',
      ],
    })
  }
  await app.register(websocket, { options: { maxPayload: maxSocketMessageBytes } })
  await collectDocument(app, version, config.publicUrl)
  return app
}

/** A caller's own id is taken when it is plain, so that it can be followed across systems and never forges a log line. */
function requestIdOf(message: IncomingMessage): string {
  const given = message.headers['x-request-id']
  return typeof given === 'string' && /^[\w.-]{8,64}$/.test(given) ? given : randomUUID()
}

/** What fails outside a route's own handling. */
export function sendFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id)
  sendReply(reply, problemReply(problemFor(error), request.id), false)
}
