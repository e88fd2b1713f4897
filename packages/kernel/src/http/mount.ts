import type { FastifyRequest, FastifySchema, HTTPMethods } from 'fastify'
import type { Route } from '../route.ts'
import { admit } from './access.ts'
import { schemaOf } from './document.ts'
import type { Door, MountedRoute, OpenSocket } from './door.ts'
import { patternOf } from './door.ts'
import { handlerOf } from './handle.ts'
import { httpProblem } from './problems.ts'
import { addRoute } from './table.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

export function mountRoute(door: Door, service: string, route: Route): void {
  const mounted = addRoute(door.table, service, route)
  const open = door.sockets.get(route.path)
  const shared = { url: route.path, schema: schemaOf(mounted), handler: handlerOf(door, mounted) }
  if (route.method === 'GET' && open) mountSocket(door, mounted, shared, open)
  else door.app.route({ method: route.method, ...shared })
}

/** Refuses before the upgrade, while there is still a status to refuse with. */
function mountSocket(
  door: Door,
  route: MountedRoute,
  shared: { url: string; schema: FastifySchema; handler: ReturnType<typeof handlerOf> },
  open: (socket: OpenSocket) => void,
): void {
  const callers = new WeakMap<FastifyRequest, OpenSocket['caller']>()
  door.app.route({
    method: 'GET',
    ...shared,
    preValidation: async (request: FastifyRequest) => {
      if (!request.ws) return
      const { caller } = await admit(door, route, request, {})
      if (caller.kind !== 'workspace') throw httpProblem('unauthenticated')
      callers.set(request, caller)
    },
    wsHandler: (socket, request) => {
      const caller = callers.get(request)
      if (caller) open({ socket, caller })
      else socket.close(1008)
    },
  })
}

/** Answers 405 for the methods a path does not take. Called when the table is complete. */
export function refuseOtherMethods(door: Door): void {
  const taken = new Map<string, Set<string>>()
  for (const { method, path } of door.table.values()) {
    const known = taken.get(path) ?? new Set(door.config.corsOrigins.length > 0 ? ['OPTIONS'] : [])
    taken.set(path, known.add(method))
    if (method === 'GET') known.add('HEAD')
  }
  for (const [url, known] of taken) {
    const others = methods.filter((method) => !known.has(method)) as HTTPMethods[]
    if (others.length === 0) continue
    door.app.route({
      method: others,
      url,
      schema: { hide: true } as object,
      handler: async (request, reply) => {
        const allowed = [...known].join(', ')
        reply.header('allow', allowed)
        throw httpProblem('no_method', { detail: { path: patternOf(request), method: request.method, allowed } })
      },
    })
  }
}
