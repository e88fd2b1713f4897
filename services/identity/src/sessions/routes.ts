import { anyone, type Route, route, signedIn } from '@fanfare/kernel'
import { z } from 'zod'
import { Me, SessionSummary, SignIn } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { deviceCookie } from '../limits/known-devices.ts'
import { csrfCookie, csrfCookieOf, noSessionCookies, sessionCookie, sessionCookies } from './cookies.ts'
import { csrfTokenOf } from './csrf.ts'
import { listSessions } from './list-sessions.ts'
import { endOwnSession, revokeSessions } from './revoke-sessions.ts'
import { getMe, signIn, signOut } from './sign-in.ts'

type Cookies = Readonly<Record<string, string | undefined>>

export function sessionRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/sessions',
      name: 'signIn',
      summary: 'Signs in with address and password',
      access: anyone('signing in is how one gets a credential'),
      body: SignIn,
      replies: { 201: Me },
      callsPerMinute: 20,
      handler: async ({ body, cookies, address, userAgent }) => {
        const from = { client: { address, userAgent }, replaced: cookies[sessionCookie], device: cookies[deviceCookie] }
        const { me, opened } = await signIn(deps, body, from)
        return { status: 201, body: me, cookies: sessionCookies(deps, opened) }
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/sessions/current',
      name: 'signOut',
      summary: 'Ends the session',
      access: signedIn({ partial: true }),
      replies: { 204: z.null() },
      handler: async ({ caller }) => {
        await signOut(deps, caller)
        return { status: 204, body: null, cookies: noSessionCookies }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/sessions',
      name: 'listSessions',
      summary: 'Lists where the person is signed in',
      access: signedIn(),
      replies: { 200: z.object({ rows: z.array(SessionSummary) }) },
      handler: async ({ caller }) => {
        const rows = await listSessions(deps, { accountId: caller.userId, current: caller.sessionId })
        return { status: 200, body: { rows } }
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/sessions',
      name: 'endOtherSessions',
      summary: 'Signs the person out everywhere else',
      access: signedIn(),
      replies: { 200: z.object({ ended: z.int() }) },
      handler: async ({ caller }) => {
        const others = { accountId: caller.userId, except: caller.sessionId }
        const ended = await deps.db.transaction((trx) => revokeSessions(deps, trx, others))
        return { status: 200, body: { ended } }
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/sessions/:sessionId',
      name: 'endSession',
      summary: 'Signs the person out somewhere',
      access: signedIn(),
      params: z.object({ sessionId: z.uuid() }),
      replies: { 204: z.null() },
      handler: async ({ caller, params }) => {
        await endOwnSession(deps, { sessionId: params.sessionId, accountId: caller.userId })
        return { status: 204, body: null }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/me',
      name: 'getMe',
      summary: 'Shows who is signed in and their workspaces',
      access: signedIn(),
      replies: { 200: Me },
      handler: async ({ caller, cookies }) => {
        const body = await getMe(deps, caller.userId)
        return { status: 200, body, ...csrfReply(deps, cookies) }
      },
    }),
  ]
}

/** The page's word against forged requests, for one that lost its cookie or may not read it. */
function csrfReply(deps: Deps, cookies: Cookies) {
  const token = cookies[sessionCookie]
  if (token === undefined) return {}
  const csrf = csrfTokenOf(deps.keys, token)
  const headers = { 'fanfare-csrf': csrf }
  return cookies[csrfCookie] === csrf ? { headers } : { headers, cookies: [csrfCookieOf(deps, csrf)] }
}
