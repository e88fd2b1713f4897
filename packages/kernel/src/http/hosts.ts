import type { FastifyRequest } from 'fastify'
import type { HostRestriction } from '../http.ts'
import type { Door } from './door.ts'
import { httpProblem } from './problems.ts'

/** Answers 404 to requests that name a restricted host, except on its routes. Called before any route is mounted. */
export function keepHosts(door: Door): void {
  door.app.addHook('onRequest', (request, _reply, done) => {
    const isAllowed = door.restrictions.every((restriction) => isOpen(door, restriction, request))
    if (isAllowed) return done()
    const path = request.url.split('?', 1)[0]?.slice(0, 200) ?? '/'
    done(httpProblem('no_route', { detail: { path } }))
  })
}

function isOpen(door: Door, { hosts, paths }: HostRestriction, request: FastifyRequest): boolean {
  const restricted = hosts()
  if (restricted.size === 0) return true
  // Behind a trusted proxy the two may differ; neither may be a way around the other.
  const named = [nameOf(request.host), nameOf(request.headers.host)].filter((name) => restricted.has(name))
  if (named.length === 0) return true
  const own = new URL(door.publicUrl()).hostname
  return named.every((name) => name === own) || paths.includes(request.routeOptions.url ?? '')
}

/** The host of a Host header as names are compared: without port, case and the root's dot. */
function nameOf(host: string | undefined): string {
  return (host ?? '').replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase()
}
