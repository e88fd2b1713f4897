import { isProblem } from '@fanfare/kernel'
import * as oidc from 'openid-client'
import { problem } from '../errors.ts'
import type { FederationDeps } from './deps.ts'
import type { ExternalProfile } from './profiles.ts'
import type { OauthProvider, OidcProvider, Provider } from './providers.ts'

/** One provider as a client of it sees it: a vendor's, or the single sign-on of a workspace. */
export interface Party {
  /** `google`, or `sso:<workspace>`: whose word a subject is. */
  readonly key: string
  readonly provider: Provider
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUri: string
  /** `operator` when its address comes from the operator's config. */
  readonly trust: 'public' | 'operator'
}

/** The secrets of one journey to a provider and back. */
export interface Journey {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

const callTimeoutMs = 10_000
const maxAnswerBytes = 512 * 1024
/** Asymmetric ones alone: with HS256 the secret that a client shows would also sign for the issuer, and `none` signs nothing. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

type Reaching = Pick<FederationDeps, 'egress'>

/** Where to send the browser. Problems: `identity.federation_unreachable`, `identity.federation_refused`. */
export async function authorizationUrl(
  deps: Reaching,
  party: Party,
  { state, nonce, verifier }: Journey,
): Promise<URL> {
  const { provider } = party
  const client = await clientOf(deps, party)
  return oidc.buildAuthorizationUrl(client, {
    redirect_uri: party.redirectUri,
    scope: provider.scopes.join(' '),
    state,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(provider.kind === 'oidc' ? { nonce } : {}),
  })
}

/**
 * Trades the code for who signed in. Checks state and `iss` of the callback (RFC 9207), and of an ID token the signature,
 * algorithm, issuer, audience, times and nonce.
 * Problems: `identity.federation_denied`, `identity.federation_refused`, `identity.federation_unreachable`.
 */
export async function readProfile(
  deps: Reaching,
  party: Party,
  journey: Journey,
  callback: URLSearchParams,
): Promise<ExternalProfile> {
  const { provider } = party
  const client = await clientOf(deps, party)
  const url = new URL(party.redirectUri)
  url.search = callback.toString()
  const profile = await explained(provider, async () =>
    provider.kind === 'oidc'
      ? readIdToken(client, provider, url, journey)
      : askApi(client, provider, url, { journey, party }),
  )
  if (profile.subject === '' || profile.issuer === '') throw refused(provider, 'it did not say who signed in')
  return profile
}

async function readIdToken(client: oidc.Configuration, provider: OidcProvider, url: URL, journey: Journey) {
  const tokens = await oidc.authorizationCodeGrant(client, url, {
    pkceCodeVerifier: journey.verifier,
    expectedState: journey.state,
    expectedNonce: journey.nonce,
    idTokenExpected: true,
  })
  const claims = tokens.claims()
  if (claims === undefined) throw refused(provider, 'it sent no ID token')
  if (claims.email !== undefined || client.serverMetadata().userinfo_endpoint === undefined) {
    return provider.read(claims)
  }
  const more = await oidc.fetchUserInfo(client, tokens.access_token, claims.sub)
  return provider.read({ ...more, ...claims })
}

interface Asking {
  readonly journey: Journey
  readonly party: Party
}

async function askApi(client: oidc.Configuration, provider: OauthProvider, url: URL, { journey, party }: Asking) {
  const tokens = await oidc.authorizationCodeGrant(client, url, {
    pkceCodeVerifier: journey.verifier,
    expectedState: journey.state,
  })
  const answers: unknown[] = []
  for (const address of provider.userInfo) {
    const reply = await oidc.fetchProtectedResource(client, tokens.access_token, new URL(address), 'GET')
    if (!reply.ok) throw refused(provider, `${new URL(address).pathname} answered ${reply.status}`)
    answers.push(await reply.json())
  }
  return provider.read(answers, party.provider.issuer)
}

/** What the issuer says about itself, as far as signing in needs it. Problems as above. */
export async function discover(deps: Reaching, party: Party): Promise<oidc.ServerMetadata> {
  const client = await clientOf(deps, party)
  return client.serverMetadata()
}

async function clientOf(deps: Reaching, party: Party): Promise<oidc.Configuration> {
  const { provider, trust } = party
  const reach = deps.egress.asFetch({ trust, timeoutMs: callTimeoutMs, maxBytes: maxAnswerBytes })
  // The library spells a missing body out; the standard leaves it out.
  const customFetch: oidc.CustomFetch = (url, options) => reach(url, options as RequestInit)
  const isPlain = trust === 'operator' && new URL(provider.issuer).protocol === 'http:'
  const client = await explained(provider, async () =>
    provider.kind === 'oidc'
      ? oidc.discovery(new URL(provider.issuer), party.clientId, {}, authOf(party), {
          [oidc.customFetch]: customFetch,
          execute: isPlain ? [oidc.allowInsecureRequests] : [],
        })
      : oauthClient(provider, party, { customFetch, isPlain }),
  )
  // Without this the signature of an ID token that came from the token endpoint is not looked at.
  if (provider.kind === 'oidc') oidc.enableNonRepudiationChecks(client)
  checkMetadata(provider, client.serverMetadata(), isPlain)
  return client
}

function oauthClient(
  provider: OauthProvider,
  party: Party,
  { customFetch, isPlain }: { customFetch: oidc.CustomFetch; isPlain: boolean },
) {
  const { issuer, authorization, token } = provider
  const server = { issuer, authorization_endpoint: authorization, token_endpoint: token }
  const client = new oidc.Configuration(server, party.clientId, {}, authOf(party))
  client[oidc.customFetch] = customFetch
  if (isPlain) oidc.allowInsecureRequests(client)
  return client
}

/** As the server wants it; where it does not say, in the body, which most take. */
function authOf({ provider, clientSecret }: Party): oidc.ClientAuth {
  const post = oidc.ClientSecretPost(clientSecret)
  const basic = oidc.ClientSecretBasic(clientSecret)
  if (provider.kind === 'oauth') return provider.clientAuth === 'post' ? post : basic
  return (server, client, body, headers) => {
    // OpenID Connect Discovery 1.0 §3: Basic, where the list is left out.
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    return (methods.includes('client_secret_post') ? post : basic)(server, client, body, headers)
  }
}

/** The browser is sent to the authorization endpoint as it stands, so it is held to what our own calls are held to. */
function checkMetadata(provider: Provider, server: oidc.ServerMetadata, isPlain: boolean): void {
  const { authorization_endpoint: address, token_endpoint: token } = server
  if (address === undefined || token === undefined || !URL.canParse(address)) {
    throw refused(provider, 'its discovery document names no authorization or token endpoint')
  }
  const { protocol, username, password } = new URL(address)
  if (username !== '' || password !== '' || !(protocol === 'https:' || (isPlain && protocol === 'http:'))) {
    throw refused(provider, 'its authorization endpoint is no https address')
  }
  const offered = server.id_token_signing_alg_values_supported
  if (provider.kind === 'oidc' && offered !== undefined && !offered.some((alg) => algorithms.includes(alg))) {
    throw refused(
      provider,
      `it signs ID tokens only with ${offered.join(', ')}; one of ${algorithms.join(', ')} is needed`,
    )
  }
}

/** A failure on the way to a provider in our own words: what the person refused, what did not hold, what was not there. */
async function explained<T>(provider: Provider, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw explain(provider, error)
  }
}

function explain(provider: Provider, error: unknown): Error {
  if (isProblem(error) && error.code.startsWith('identity.')) return error
  if (error instanceof oidc.AuthorizationResponseError && error.error === 'access_denied') {
    return problem('federation_denied', { detail: { provider: provider.name }, cause: error })
  }
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth++) {
    if (!isProblem(at)) continue
    if (at.code === 'egress.blocked' || at.code === 'egress.too_large') return refused(provider, at.message, error)
    return problem('federation_unreachable', { detail: { provider: provider.name, reason: at.message }, cause: error })
  }
  return refused(provider, reasonOf(error), error)
}

function reasonOf(error: unknown): string {
  if (error instanceof oidc.ResponseBodyError || error instanceof oidc.AuthorizationResponseError) {
    return `it answered "${error.error.slice(0, 100)}"`
  }
  return error instanceof Error ? error.message : String(error)
}

function refused(provider: Provider, reason: string, cause?: unknown) {
  return problem('federation_refused', { detail: { provider: provider.name, reason }, cause })
}
