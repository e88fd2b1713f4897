import type { Caller, Route } from './route.ts'
import { token } from './token.ts'

/** What an authenticator may look at. */
export interface Credentials {
  /** The bearer token of the Authorization header. */
  readonly bearer: string | undefined
  readonly cookies: Readonly<Record<string, string | undefined>>
  /** The `fanfare-workspace` header, or the `workspace` query field where headers cannot be set. */
  readonly workspace: string | undefined
  readonly address: string
  /**
   * The `fanfare-csrf` header, which a foreign page cannot set. A browser adds cookies by itself, so a cookie is to be
   * believed in an unsafe request only with a token of its session in here.
   */
  readonly csrf: string | undefined
  /** Whether the request may change something (RFC 9110 §9.2.1). */
  readonly unsafe: boolean
}
/** Turns credentials into a caller; `{ kind: 'anonymous' }` when there are none. Throws a problem on a bad one. */
export type Authenticator = (credentials: Credentials) => Promise<Caller>

/** Names that lead here for one purpose. */
export interface HostRestriction {
  /** Asked at every request: in lower case, without port. The host of `publicUrl` is open whatever is here. */
  hosts(): ReadonlySet<string>
  /** Paths of routes as they are mounted, such as `/c/:token`. */
  readonly paths: readonly string[]
}

/** The door of the house. */
export interface Http {
  /** Adds a service's routes. Fails at start on a route without access, or a path taken twice. */
  mount(service: string, routes: readonly Route[]): void
  /** Set once, by the identity service. */
  authenticateWith(authenticator: Authenticator): void
  /** Serves a folder of built files at /, with index.html for unknown paths of a page request. */
  serveFiles(folder: string): void
  /** Requests that name one of these hosts find its routes and nothing else: 404 for pages, the API and all other routes. */
  restrictHosts(restriction: HostRestriction): void
  /**
   * Names besides that of `publicUrl` under which the site is at home, each proven by the service that says so: a page there
   * is no foreign origin, and `RouteRequest.host` tells a route of it. Asked at every request: in lower case, without port.
   */
  serveHosts(hosts: () => ReadonlySet<string>): void
  /** `http://127.0.0.1:8080` or the configured public URL, without a trailing slash: the base of every link we write. */
  readonly publicUrl: string
  /** The bound address once listening. */
  readonly localUrl: string
  routes(): readonly (Route & { readonly service: string })[]
}

export const Http = token<Http>()('http')
