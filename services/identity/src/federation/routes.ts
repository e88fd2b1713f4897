import { anyone, can, type Route, route, signedIn } from '@fanfare/kernel'
import { z } from 'zod'
import {
  Departed,
  DomainName,
  ExternalAccounts,
  ExternalSignIn,
  NewSsoDomain,
  type Permission,
  SignInOptions,
  SsoConnectionChange,
  SsoDomain,
  SsoSettings,
  SsoTest,
} from '../contract.ts'
import { sessionCookie, sessionCookies } from '../sessions/cookies.ts'
import { land } from './callback.ts'
import { deleteSsoConnection, getSsoSettings, saveSsoConnection, testSsoConnection } from './connection.ts'
import type { FederationDeps } from './deps.ts'
import { addSsoDomain, deleteSsoDomain, listSsoDomains, verifySsoDomain } from './domains.ts'
import { depart } from './flows.ts'
import { listLinks, unlink } from './links.ts'
import { getSignInOptions, refOfWanted } from './options.ts'

/** Owners alone: whoever names the issuer says who its members are. Anew proven, since it opens every account of the domain. */
const owning = () => can('workspace.own' satisfies Permission, { recent: true })
const seeing = () => can('members.manage' satisfies Permission)

export function federationRoutes(deps: FederationDeps): Route[] {
  return [...journeyRoutes(deps), ...linkRoutes(deps), ...connectionRoutes(deps), ...domainRoutes(deps)]
}

function journeyRoutes(deps: FederationDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/sign-in-options',
      name: 'getSignInOptions',
      summary: 'Says with whom one can sign in, and where addresses of a domain go',
      access: anyone('asked before anybody has signed in; says the same whether or not there is an account'),
      query: z.object({ domain: DomainName.optional() }),
      replies: { 200: SignInOptions },
      callsPerMinute: 120,
      handler: async ({ query }) => ({ status: 200, body: await getSignInOptions(deps, query.domain) }),
    }),
    route({
      method: 'POST',
      path: '/v1/external-sign-ins',
      name: 'startExternalSignIn',
      summary: 'Begins to sign in with a provider: says where the browser goes',
      access: anyone('signing in is how one gets a credential'),
      body: ExternalSignIn,
      replies: { 201: Departed },
      callsPerMinute: 30,
      handler: async ({ body }) => {
        const ref = await refOfWanted(deps, body)
        const { url, cookie } = await depart(deps, { ref, purpose: { kind: 'sign_in' }, returnTo: body.returnTo })
        return { status: 201, body: { url }, cookies: [cookie] }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/external-sign-ins/:provider/callback',
      name: 'finishExternalSignIn',
      summary: 'Where a provider sends the browser back to; it goes on to the console',
      access: anyone('the one-time state, and the cookie of the browser it was made for, are the credential'),
      params: z.object({ provider: z.string().max(40) }),
      query: z.object({
        state: z.string().max(500).optional(),
        code: z.string().max(4_000).optional(),
        iss: z.string().max(500).optional(),
        error: z.string().max(200).optional(),
      }),
      replies: { 303: z.string() },
      callsPerMinute: 60,
      handler: async ({ params, query, cookies, caller, address, userAgent, log }) => {
        const { path, opened, spentCookie } = await land(deps, {
          provider: params.provider,
          answer: query,
          cookies,
          caller: personOf(caller),
          client: { address, userAgent },
          replaced: cookies[sessionCookie],
          log,
        })
        return {
          status: 303,
          headers: {
            location: deps.http.publicUrl + path,
            'content-type': 'text/plain; charset=utf-8',
            'cache-control': 'no-store',
          },
          body: '',
          cookies: [
            ...(spentCookie === undefined ? [] : [{ name: spentCookie, value: '', maxAgeSeconds: 0 }]),
            ...(opened === undefined ? [] : sessionCookies(deps, opened)),
          ],
        }
      },
    }),
  ]
}

/** A caller who is a person, with or without a workspace chosen. */
function personOf(caller: { kind: string; userId?: string | undefined; sessionId?: string | undefined }) {
  const { userId, sessionId } = caller
  return userId === undefined || sessionId === undefined ? undefined : { userId, sessionId }
}

function linkRoutes(deps: FederationDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/me/external-accounts',
      name: 'listExternalAccounts',
      summary: 'Lists the accounts elsewhere that open this one',
      access: signedIn(),
      replies: { 200: ExternalAccounts },
      handler: async ({ caller }) => ({ status: 200, body: await listLinks(deps, caller.userId) }),
    }),
    route({
      method: 'POST',
      path: '/v1/me/external-accounts',
      name: 'linkExternalAccount',
      summary: 'Begins to link an account elsewhere: says where the browser goes',
      access: signedIn({ recent: true }),
      body: ExternalSignIn,
      replies: { 201: Departed },
      callsPerMinute: 30,
      handler: async ({ caller, body }) => {
        const ref = await refOfWanted(deps, body)
        const purpose = { kind: 'link', accountId: caller.userId, sessionId: caller.sessionId } as const
        const { url, cookie } = await depart(deps, { ref, purpose, returnTo: body.returnTo })
        return { status: 201, body: { url }, cookies: [cookie] }
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/me/external-accounts/:externalAccountId',
      name: 'unlinkExternalAccount',
      summary: 'Unlinks an account elsewhere, unless it is the last way in',
      access: signedIn({ recent: true }),
      params: z.object({ externalAccountId: z.uuid() }),
      replies: { 204: z.null() },
      handler: async ({ caller, params }) => {
        await unlink(deps, caller.userId, params.externalAccountId)
        return { status: 204, body: null }
      },
    }),
  ]
}

function connectionRoutes(deps: FederationDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/sso-connection',
      name: 'getSsoConnection',
      summary: 'Shows the single sign-on of the workspace, without its secret',
      access: seeing(),
      replies: { 200: SsoSettings },
      handler: async ({ caller }) => ({ status: 200, body: await getSsoSettings(deps, caller.tenantId) }),
    }),
    route({
      method: 'PUT',
      path: '/v1/sso-connection',
      name: 'saveSsoConnection',
      summary: 'Sets the single sign-on of the workspace, once its issuer has answered',
      access: owning(),
      body: SsoConnectionChange,
      replies: { 200: SsoSettings },
      callsPerMinute: 30,
      handler: async ({ caller, body }) => ({
        status: 200,
        body: await saveSsoConnection(deps, caller.tenantId, body),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/sso-connection',
      name: 'deleteSsoConnection',
      summary: 'Ends the single sign-on of the workspace',
      access: owning(),
      replies: { 204: z.null() },
      handler: async ({ caller }) => {
        await deleteSsoConnection(deps, caller.tenantId)
        return { status: 204, body: null }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/sso-connection/test',
      name: 'testSsoConnection',
      summary: 'Asks the saved issuer what it says about itself',
      access: seeing(),
      replies: { 200: SsoTest },
      creates: false,
      callsPerMinute: 30,
      handler: async ({ caller }) => ({ status: 200, body: await testSsoConnection(deps, caller.tenantId) }),
    }),
  ]
}

function domainRoutes(deps: FederationDeps): Route[] {
  const params = z.object({ domainId: z.uuid() })
  return [
    route({
      method: 'GET',
      path: '/v1/sso-domains',
      name: 'listSsoDomains',
      summary: 'Lists the domains that the single sign-on speaks for, with the record that proves each',
      access: seeing(),
      replies: { 200: z.object({ rows: z.array(SsoDomain) }) },
      handler: async ({ caller }) => ({ status: 200, body: { rows: await listSsoDomains(deps, caller.tenantId) } }),
    }),
    route({
      method: 'POST',
      path: '/v1/sso-domains',
      name: 'addSsoDomain',
      summary: 'Asks for the proof of a domain',
      access: owning(),
      body: NewSsoDomain,
      replies: { 201: SsoDomain },
      handler: async ({ caller, body }) => ({
        status: 201,
        body: await addSsoDomain(deps, caller.tenantId, body.domain),
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/sso-domains/:domainId/verify',
      name: 'verifySsoDomain',
      summary: 'Looks for the record and marks the domain as proven',
      access: owning(),
      params,
      replies: { 200: SsoDomain },
      creates: false,
      callsPerMinute: 30,
      handler: async ({ caller, params }) => ({
        status: 200,
        body: await verifySsoDomain(deps, caller.tenantId, params.domainId),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/sso-domains/:domainId',
      name: 'deleteSsoDomain',
      summary: 'Deletes a domain: the single sign-on no longer speaks for it',
      access: owning(),
      params,
      replies: { 204: z.null() },
      handler: async ({ caller, params }) => {
        await deleteSsoDomain(deps, caller.tenantId, params.domainId)
        return { status: 204, body: null }
      },
    }),
  ]
}
