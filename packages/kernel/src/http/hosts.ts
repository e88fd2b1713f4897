import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { HostRestriction } from '../http.ts'
import { type Door, patternOf } from './door.ts'
import { httpProblem } from './problems.ts'

/** Answers 404 to requests by a name that does not lead to what they ask for. Called before any route is mounted. */
export function keepHosts(door: Door): void {
  door.app.addHook('onRequest', (request, _reply, done) => {
    if (!door.restrictions.every((restriction) => isOpen(door, restriction, request))) {
      const path = request.url.split('?', 1)[0]?.slice(0, 200) ?? '/'
      return done(httpProblem('no_route', { detail: { path } }))
    }
    if (isServed(door, request)) return done()
    done(httpProblem('host_unknown', { detail: { host: nameOf(request.host).slice(0, 253) } }))
  })
}

function isOpen(door: Door, { hosts, paths }: HostRestriction, request: FastifyRequest): boolean {
  const restricted = hosts()
  if (restricted.size === 0) return true
  // Behind a trusted proxy the two may differ; neither may be a way around the other.
  const named = [nameOf(request.host), nameOf(request.headers.host)].filter((name) => restricted.has(name))
  if (named.length === 0) return true
  const own = ownNameOf(door)
  return named.every((name) => name === own || isHome(door, name)) || paths.includes(request.routeOptions.url ?? '')
}

/**
 * Once the site has an address of its own, the console and the API answer only to names that were given to it: anybody can let
 * a name lead here. What people were mailed goes on by any name, since a link must outlive its domain's proof.
 */
function isServed(door: Door, request: FastifyRequest): boolean {
  if (door.config.publicUrl === undefined) return true
  const name = nameOf(request.host)
  const isKnown = isPrivate(name) || name === ownNameOf(door) || door.config.hosts.includes(name) || isHome(door, name)
  return isKnown || isLink(door, patternOf(request))
}

function isLink(door: Door, pattern: string): boolean {
  if (/^\/v\d+\//.test(pattern)) return false
  return [...door.table.values()].some(({ path, access }) => path === pattern && access.kind === 'anyone')
}

/** Addresses and names that only lead here from inside a network: a proxy's, a container's, this machine's. */
function isPrivate(name: string): boolean {
  if (!name.includes('.') || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0) return true
  return /\.(localhost|local|internal|lan|svc|arpa)$/.test(name)
}

/** The name a request came by, when the site is at home there besides its own address. */
export function homeOf(door: Door, request: FastifyRequest): string | undefined {
  const name = nameOf(request.host)
  return isHome(door, name) ? name : undefined
}

/** The origins of pages at that name: behind a proxy that ends TLS, the request itself does not say that it came by https. */
export function originsOfHome(door: Door, request: FastifyRequest): readonly string[] {
  const name = homeOf(door, request)
  if (name === undefined) return []
  const own = new URL(door.publicUrl())
  own.hostname = name
  return [own.origin]
}

function isHome(door: Door, name: string): boolean {
  return door.homes.some((hosts) => hosts().has(name))
}

function ownNameOf(door: Door): string {
  return new URL(door.publicUrl()).hostname
}

/** The host of a Host header as names are compared: without port, case and the root's dot. */
function nameOf(host: string | undefined): string {
  return (host ?? '').replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase()
}
