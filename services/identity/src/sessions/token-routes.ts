import { anyone, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { RefreshToken, SignIn, Tokens } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { endSessionOf, refreshSession } from './refresh-session.ts'
import { signIn } from './sign-in.ts'
import { tokensOf } from './tokens-of.ts'

/** Signing in without a browser. */
export function tokenRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/tokens',
      name: 'issueTokens',
      summary: 'Signs a program in with address and password, for an access token of 15 minutes and a refresh token',
      access: anyone('signing in is how one gets a credential'),
      body: SignIn,
      replies: { 201: Tokens },
      callsPerMinute: 20,
      handler: async ({ body, address, userAgent }) => {
        const from = { client: { address, userAgent }, replaced: undefined, carrier: 'bearer' } as const
        const { opened } = await signIn(deps, body, from)
        return { status: 201, body: (await tokensOf(deps, opened)) as Tokens }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/tokens/refresh',
      name: 'refreshTokens',
      summary: 'Spends a refresh token for the next pair; one that was spent before ends its session',
      access: anyone('the refresh token is the credential'),
      body: RefreshToken,
      replies: { 200: Tokens },
      callsPerMinute: 120,
      handler: async ({ body, address, userAgent }) => {
        const opened = await refreshSession(deps, body.refreshToken, { address, userAgent })
        return { status: 200, body: (await tokensOf(deps, opened)) as Tokens }
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/tokens',
      name: 'revokeTokens',
      summary: 'Ends the session of a refresh token, and says the same of one that is not known',
      access: anyone('the refresh token is the credential'),
      body: RefreshToken,
      replies: { 204: z.null() },
      callsPerMinute: 120,
      handler: async ({ body }) => {
        await endSessionOf(deps, body.refreshToken)
        return { status: 204, body: null }
      },
    }),
    route({
      method: 'GET',
      path: '/.well-known/jwks.json',
      name: 'getSigningKeys',
      summary: 'The public keys that access tokens are signed with (RFC 7517)',
      access: anyone('public keys are for whoever has a token to check'),
      replies: { 200: z.object({ keys: z.array(PublicKey) }) },
      handler: async () => ({
        status: 200,
        body: { keys: (await deps.signingKeys.published()) as z.input<typeof PublicKey>[] },
        headers: { 'cache-control': 'public, max-age=300' },
      }),
    }),
  ]
}

const PublicKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  kid: z.string(),
  use: z.literal('sig'),
  alg: z.literal('EdDSA'),
})
