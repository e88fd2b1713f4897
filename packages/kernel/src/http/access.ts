import type { FastifyRequest } from 'fastify'
import type { Credentials } from '../http.ts'
import { isProblem } from '../problems.ts'
import type { Access, Caller } from '../route.ts'
import { type Door, isSecure, type MountedRoute } from './door.ts'
import { originsOfHome } from './hosts.ts'
import { httpProblem } from './problems.ts'

const anonymous: Caller = { kind: 'anonymous' }
/** RFC 9110 §9.2.1. */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])
/** How long a proof of identity is good for what asks for a recent one. */
const provenForMs = 10 * 60_000

/** Who calls, by credential alone; refused when the route is not for them. Every call counts against a limit. */
export async function admit(door: Door, route: MountedRoute, request: FastifyRequest, headers: Record<string, string>) {
  const credentials = credentialsOf(door, request)
  const caller = await identify(door, route, credentials, request).catch(async (error) => {
    Object.assign(headers, await door.limits.count(route, anonymous, credentials.address))
    throw error
  })
  Object.assign(headers, await door.limits.count(route, caller, credentials.address))
  authorise(route, caller, door.context.clock.now())
  return { caller, credentials }
}

function credentialsOf(door: Door, request: FastifyRequest): Credentials {
  const authorization = request.headers.authorization ?? ''
  const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
  const header = request.headers['fanfare-workspace']
  const query = (request.query as Record<string, unknown>).workspace
  const workspace = typeof header === 'string' ? header : typeof query === 'string' ? query : undefined
  const csrf = request.headers['fanfare-csrf']
  return {
    bearer,
    cookies: cookiesOf(door, request),
    workspace,
    address: request.ip,
    csrf: typeof csrf === 'string' ? csrf : undefined,
    unsafe: !safeMethods.has(request.method),
  }
}

/** On an https site only cookies that carry the `__Host-` prefix are ours: no other host or plain page can set those. */
function cookiesOf(door: Door, request: FastifyRequest): Credentials['cookies'] {
  if (!isSecure(door)) return request.cookies
  const entries = Object.entries(request.cookies)
  return Object.fromEntries(
    entries
      .filter(([name]) => name.startsWith('__Host-'))
      .map(([name, value]) => [name.slice('__Host-'.length), value]),
  )
}

async function identify(door: Door, route: MountedRoute, credentials: Credentials, request: FastifyRequest) {
  const hasCookies = Object.keys(credentials.cookies).length > 0
  if (door.authenticate === undefined || (credentials.bearer === undefined && !hasCookies)) return anonymous
  const open = route.access.kind === 'anyone'
  const caller = await door.authenticate(credentials).catch((error: unknown) => {
    // A stale or forged cookie must not keep anybody from signing in again.
    if (open && isProblem(error) && (error.kind === 'unauthenticated' || error.kind === 'forbidden')) return anonymous
    throw error
  })
  // Nothing opens by half: what an open route shows to a person it shows to one who is signed in.
  if (caller.kind === 'anonymous' || (open && caller.partial)) return anonymous
  if (credentials.bearer !== undefined || isOwnOrigin(door, request)) return caller
  if (open) return anonymous
  throw httpProblem('foreign_origin', { detail: { origin: String(request.headers.origin ?? 'missing').slice(0, 200) } })
}

/**
 * A browser sends cookies along with a foreign page's form, but it also says whose page that was. A socket has no later
 * chance to check, so it is held to the same as an unsafe method.
 */
function isOwnOrigin(door: Door, request: FastifyRequest): boolean {
  if (safeMethods.has(request.method) && request.headers.upgrade === undefined) return true
  const origin = request.headers.origin
  const own = [
    door.publicUrl(),
    door.localUrl(),
    `${request.protocol}://${request.host}`,
    ...originsOfHome(door, request),
    ...door.config.corsOrigins,
  ]
  return origin !== undefined && own.some((url) => URL.canParse(url) && new URL(url).origin === origin)
}

function authorise({ access, method }: MountedRoute, caller: Caller, now: Date): void {
  if (access.kind === 'anyone') return
  if (caller.kind === 'anonymous') throw httpProblem('unauthenticated')
  const takesPartial = access.kind === 'signed_in' && access.partial === true
  if (caller.partial && !takesPartial) throw httpProblem('factor_needed')
  if (access.kind === 'signed_in') {
    if (isKey(caller)) throw httpProblem('person_needed')
  } else {
    const { permission } = access
    if (caller.kind === 'person') throw httpProblem('workspace_needed', { detail: { permission } })
    if (caller.barred !== undefined) throw caller.barred
    if (!caller.permissions.has(permission)) throw httpProblem('forbidden', { detail: { permission } })
    if (access.people === true && isKey(caller)) throw httpProblem('person_needed')
    if (caller.halted !== undefined && access.halted !== true && !safeMethods.has(method)) {
      throw httpProblem('workspace_halted', { detail: { why: caller.halted } })
    }
  }
  if (access.recent === true) demandProof(access, caller, now)
}

function demandProof(access: Exclude<Access, { kind: 'anyone' }>, caller: KnownCaller, now: Date): void {
  if (isKey(caller)) {
    if (access.kind === 'can' && access.keys === true) return
    throw httpProblem('person_needed')
  }
  const { provenAt } = caller
  if (provenAt === undefined || now.getTime() - provenAt.getTime() > provenForMs) {
    throw httpProblem('proof_needed', { detail: { minutes: provenForMs / 60_000 } })
  }
}

type KnownCaller = Exclude<Caller, { kind: 'anonymous' }>

function isKey(caller: KnownCaller): boolean {
  return caller.sessionId === undefined
}
