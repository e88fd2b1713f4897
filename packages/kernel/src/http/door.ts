import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { WebSocket } from 'ws'
import type { Database } from '../database.ts'
import type { Authenticator, HostRestriction, Http } from '../http.ts'
import type { Route, WorkspaceCaller } from '../route.ts'
import type { ServiceContext } from '../service.ts'
import type { HttpConfig } from './config.ts'
import type { Limits } from './limits.ts'

export type MountedRoute = Route & { readonly service: string }

/** A socket that passed its route's checks. */
export interface OpenSocket {
  readonly socket: WebSocket
  readonly caller: WorkspaceCaller
}

/** What the parts of the HTTP service share. */
export interface Door {
  readonly app: FastifyInstance
  readonly config: HttpConfig
  readonly db: Database
  readonly context: ServiceContext<HttpConfig>
  readonly limits: Limits
  readonly table: Map<string, MountedRoute>
  /** By path of a GET route: what happens when a client asks to turn it into a WebSocket. */
  readonly sockets: Map<string, (open: OpenSocket) => void>
  readonly restrictions: HostRestriction[]
  /** What `serveHosts` was given. */
  readonly homes: (() => ReadonlySet<string>)[]
  authenticate: Authenticator | undefined
  /** Set when the process drains: connections end with the reply in hand. */
  closing: boolean
  /** The folder of the console, once given. */
  files: string | undefined
  publicUrl(): string
  localUrl(): string
}

/** Whether the site is reached by https, so that cookies can be kept from any other way. */
export function isSecure(door: Pick<Door, 'config'>): boolean {
  return door.config.publicUrl?.startsWith('https:') ?? false
}

/** The pattern a request was matched to, such as `/v1/contacts/:id`; few values, unlike its URL. */
export function patternOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'unmatched'
}

const doors = new WeakMap<Http, Door>()

export function keepDoor(http: Http, door: Door): void {
  doors.set(http, door)
}

/**
 * Lets the GET route at `path` be turned into a WebSocket. For the kernel's own live topics; call it before mounting the
 * route.
 */
export function acceptSockets(http: Http, path: string, open: (socket: OpenSocket) => void): void {
  doors.get(http)?.sockets.set(path, open)
}
