import { queryOptions } from '@tanstack/react-query'
import { fanfare, given, take } from './call.ts'
import type { ExternalSignIn, SsoConnectionChange } from './types.ts'

/** With whom one can sign in, and where addresses of a domain go. */
export const signInOptionsQuery = (domain: string | undefined) =>
  queryOptions({
    queryKey: ['sign-in-options', domain ?? ''],
    queryFn: ({ signal }) => take(fanfare.GET('/v1/sign-in-options', { params: { query: given({ domain }) }, signal })),
    staleTime: 60_000,
  })
export const externalAccountsQuery = queryOptions({
  queryKey: ['external-accounts'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/me/external-accounts', { signal })),
})
export const ssoQuery = queryOptions({
  queryKey: ['sso-connection'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/sso-connection', { signal })),
})
export const ssoDomainsQuery = queryOptions({
  queryKey: ['sso-domains'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/sso-domains', { signal })),
})

/** Both say where the browser goes now. */
export const startExternalSignIn = (body: ExternalSignIn) => take(fanfare.POST('/v1/external-sign-ins', { body }))
export const linkExternalAccount = (body: ExternalSignIn) => take(fanfare.POST('/v1/me/external-accounts', { body }))
export const unlinkExternalAccount = (id: string) =>
  take(fanfare.DELETE('/v1/me/external-accounts/{externalAccountId}', { params: { path: { externalAccountId: id } } }))

export const saveSso = (body: SsoConnectionChange) => take(fanfare.PUT('/v1/sso-connection', { body }))
export const deleteSso = () => take(fanfare.DELETE('/v1/sso-connection'))
export const testSso = () => take(fanfare.POST('/v1/sso-connection/test'))
export const addSsoDomain = (domain: string) => take(fanfare.POST('/v1/sso-domains', { body: { domain } }))
export const verifySsoDomain = (id: string) =>
  take(fanfare.POST('/v1/sso-domains/{domainId}/verify', { params: { path: { domainId: id } } }))
export const deleteSsoDomain = (id: string) =>
  take(fanfare.DELETE('/v1/sso-domains/{domainId}', { params: { path: { domainId: id } } }))
