import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import Provider, { type Configuration } from 'oidc-provider'

/** Somebody that the provider knows. */
export interface ProviderPerson {
  readonly subject: string
  email: string
  emailVerified: boolean
  name: string
  readonly amr?: readonly string[]
}

export interface OpenidProvider extends AsyncDisposable {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Whoever signs in there next. */
  person: ProviderPerson
  /** How often the token endpoint was asked. */
  tokenCalls: number
}

/**
 * A real OpenID provider (the package `oidc-provider`) on a loopback port, which demands PKCE. Its sign-in page has one button,
 * and signs in `person`.
 */
export async function openOpenidProvider(options: {
  person: ProviderPerson
  redirectUris: string[]
}): Promise<OpenidProvider> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const opened: OpenidProvider = {
    issuer,
    clientId: 'fanfare',
    clientSecret: 'a client secret of some length',
    person: options.person,
    tokenCalls: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  const provider = new Provider(issuer, await configurationOf(opened, options.redirectUris))
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/token')) opened.tokenCalls += 1
    if (request.url?.startsWith('/interaction/')) interact(provider, opened, request, response).catch(fail(response))
    else answer(request, response)
  })
  return opened
}

async function configurationOf(opened: OpenidProvider, redirectUris: string[]): Promise<Configuration> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const known = new Map<string, ProviderPerson>()
  return {
    clients: [
      {
        client_id: opened.clientId,
        client_secret: opened.clientSecret,
        redirect_uris: redirectUris,
        id_token_signed_response_alg: 'ES256',
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'first' }] },
    cookies: { keys: ['a key for the cookies of a test'] },
    claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    ttl: { Session: 60, Grant: 60, Interaction: 60, AccessToken: 60, IdToken: 60 },
    findAccount: (_context, subject) => {
      // What the person is called may change between two sign-ins; who it is does not.
      const person = opened.person.subject === subject ? opened.person : known.get(subject)
      if (person === undefined) return undefined
      known.set(subject, person)
      const { email, emailVerified, name, amr } = person
      return {
        accountId: subject,
        claims: () => ({ sub: subject, email, email_verified: emailVerified, name, ...(amr ? { amr: [...amr] } : {}) }),
      }
    },
  }
}

async function interact(
  provider: Provider,
  opened: OpenidProvider,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { prompt, params, session } = await provider.interactionDetails(request, response)
  if (request.method !== 'POST') return showPage(opened, response)
  const subject = prompt.name === 'login' ? opened.person.subject : (session?.accountId as string)
  const grant = new provider.Grant({ accountId: subject, clientId: String(params.client_id) })
  grant.addOIDCScope(String(params.scope))
  const { amr } = opened.person
  const login = { accountId: subject, remember: false, ...(amr ? { amr: [...amr] } : {}) }
  await provider.interactionFinished(request, response, { login, consent: { grantId: await grant.save() } })
}

function showPage({ person }: OpenidProvider, response: ServerResponse): void {
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.end(`<!doctype html><html lang="en"><title>Company sign-in</title><h1>Company sign-in</h1>
    <form method="post"><button>Continue as ${person.name}</button></form></html>`)
}

function fail(response: ServerResponse) {
  return (error: Error) => {
    response.statusCode = 500
    response.end(error.stack)
  }
}
