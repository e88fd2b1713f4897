import type { Config } from '../config.ts'
import { problem } from '../errors.ts'
import { findConnection } from '../store/sso.ts'
import type { ConnectionRow } from '../store/tables/workspaces.ts'
import { clientFields } from './config.ts'
import type { FederationDeps } from './deps.ts'
import { readGoogleClaims, readMicrosoftClaims, readStandardClaims } from './profiles.ts'
import { type OauthProvider, type Provider, type ProviderId, providerIds, providers } from './providers.ts'
import type { Party } from './relying-party.ts'

/** Whom a sign-in may go to: a vendor, or the single sign-on of a workspace. */
export type PartyRef =
  | { readonly kind: 'vendor'; readonly id: ProviderId }
  | { readonly kind: 'sso'; readonly tenantId: string }

/** The vendors that the operator has configured, in the order of the buttons. */
export function enabledProviders(config: Config): readonly { id: ProviderId; name: string }[] {
  return providerIds.filter((id) => isEnabled(config, id)).map((id) => ({ id, name: providers[id].name }))
}

function isEnabled(config: Config, id: ProviderId): boolean {
  const [idField, secretField] = clientFields(id)
  return config[idField] !== undefined && config[secretField] !== undefined
}

/** Whose word a subject is, as it is stored. */
export function keyOf(ref: PartyRef): string {
  return ref.kind === 'vendor' ? ref.id : `sso:${ref.tenantId}`
}

/** What stands in the path of the callback: each provider comes back to an address of its own (RFC 9700 §4.4.2). */
export function refOfPath(part: string): PartyRef | undefined {
  const id = providerIds.find((known) => known === part)
  if (id !== undefined) return { kind: 'vendor', id }
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(part) ? { kind: 'sso', tenantId: part } : undefined
}

export function redirectUriOf(deps: Pick<FederationDeps, 'http'>, ref: PartyRef): string {
  return `${deps.http.publicUrl}/v1/external-sign-ins/${ref.kind === 'vendor' ? ref.id : ref.tenantId}/callback`
}

/** Problems: `identity.federation_off`, so that what is not or only half configured signs nobody in. */
export async function getParty(deps: FederationDeps, ref: PartyRef): Promise<Party> {
  if (ref.kind === 'vendor') return vendorParty(deps, ref.id)
  const row = await deps.db.withTenant(ref.tenantId, (trx) => findConnection(trx, ref.tenantId))
  if (row === undefined) throw problem('federation_off')
  return connectionParty(deps, row, deps.keys.open(row.client_secret, secretContext(ref.tenantId)))
}

function vendorParty(deps: FederationDeps, id: ProviderId): Party {
  const [idField, secretField, urlField] = clientFields(id)
  const { [idField]: clientId, [secretField]: clientSecret, [urlField]: double } = deps.config
  if (clientId === undefined || clientSecret === undefined) throw problem('federation_off')
  return {
    key: id,
    provider: double === undefined ? providers[id] : moved(providers[id], double),
    clientId,
    clientSecret: clientSecret.reveal(),
    redirectUri: redirectUriOf(deps, { kind: 'vendor', id }),
    trust: double === undefined ? 'public' : 'operator',
  }
}

/** The single sign-on of a workspace, saved or about to be. */
export function connectionParty(
  deps: Pick<FederationDeps, 'config' | 'http'>,
  { tenant_id: tenantId, issuer, client_id: clientId }: Pick<ConnectionRow, 'tenant_id' | 'issuer' | 'client_id'>,
  clientSecret: string,
): Party {
  const { hostname } = new URL(issuer)
  const ref: PartyRef = { kind: 'sso', tenantId }
  return {
    key: keyOf(ref),
    provider: {
      kind: 'oidc',
      name: hostname,
      issuer,
      scopes: ['openid', 'email', 'profile'],
      read: readerOf(hostname),
    },
    clientId,
    clientSecret,
    redirectUri: redirectUriOf(deps, ref),
    trust: deps.config.allowPrivateIssuers ? 'operator' : 'public',
  }
}

/** Issuers that serve more than one company say by claims of their own which addresses they have proven. */
function readerOf(hostname: string) {
  if (hostname === 'accounts.google.com') return readGoogleClaims
  if (hostname === 'login.microsoftonline.com') return readMicrosoftClaims
  return readStandardClaims
}

/** Which tenant, table and column the secret belongs to: sealed for one, it opens for no other. */
export function secretContext(tenantId: string): string {
  return `${tenantId}/identity.sso_connection/client_secret`
}

/** The same paths at another origin. */
function moved(provider: Provider, double: string): Provider {
  if (provider.kind === 'oidc') return { ...provider, issuer: double.replace(/\/+$/, '') }
  const at = (address: string) => {
    const { pathname, search } = new URL(address)
    return new URL(pathname + search, double).href
  }
  const { authorization, token, userInfo } = provider
  return {
    ...provider,
    issuer: new URL(double).origin,
    authorization: at(authorization),
    token: at(token),
    userInfo: userInfo.map(at),
  } satisfies OauthProvider
}
