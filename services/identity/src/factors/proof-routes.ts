import { anyone, type Route, route, signedIn } from '@fanfare/kernel'
import { z } from 'zod'
import { CodeRequest, PasskeyRequest, PasskeySignIn, Proof, ProofOptions, Proven } from '../contract/factors.ts'
import { Me } from '../contract.ts'
import { guardAttempt } from '../limits/guard-attempt.ts'
import { deviceCookie } from '../limits/known-devices.ts'
import { sessionCookie, sessionCookies } from '../sessions/cookies.ts'
import { getMe } from '../sessions/sign-in.ts'
import { tokensOf } from '../sessions/tokens-of.ts'
import type { FactorDeps } from './deps.ts'
import { passkeyProofOptions, passkeySignInOptions, signInWithPasskey } from './passkeys.ts'
import { proofOptions, proveIdentity, sendProofCode } from './proofs.ts'

/** The second step of a sign-in is open to those who took the first, and to nobody else. */
const halfWay = signedIn({ partial: true })

export function proofRoutes(deps: FactorDeps): Route[] {
  return [...stepRoutes(deps), ...passkeySignInRoutes(deps)]
}

function stepRoutes(deps: FactorDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/proofs',
      name: 'listProofOptions',
      summary: 'Says how the caller can prove who they are: the second step of a sign-in, or before sensitive actions',
      access: halfWay,
      replies: { 200: ProofOptions },
      handler: async ({ caller }) => ({ status: 200, body: await proofOptions(deps, caller.userId) }),
    }),
    route({
      method: 'POST',
      path: '/v1/proofs',
      name: 'proveIdentity',
      summary: 'Proves who the caller is; makes half a sign-in whole, and a whole one recent. The tokens change',
      access: halfWay,
      body: Proof,
      replies: { 201: Proven },
      callsPerMinute: 20,
      handler: async ({ caller, body, address, cookies }) => {
        const actor = { accountId: caller.userId, sessionId: caller.sessionId }
        const attempt = { kind: 'proof', account: caller.userId, address, device: cookies[deviceCookie] } as const
        const opened = await guardAttempt(deps, attempt, () => proveIdentity(deps, actor, body))
        const tokens = (await tokensOf(deps, opened)) ?? null
        return { status: 201, body: { partial: opened.partial, tokens }, cookies: sessionCookies(deps, opened) }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/proofs/codes',
      name: 'sendProofCode',
      summary: 'Sends a code by email or SMS to where the caller gets their codes',
      access: halfWay,
      body: CodeRequest,
      replies: { 201: z.object({ to: z.string() }) },
      callsPerMinute: 10,
      handler: async ({ caller, body }) => ({
        status: 201,
        body: { to: await sendProofCode(deps, { accountId: caller.userId, sessionId: caller.sessionId }, body.method) },
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/proofs/passkey-options',
      name: 'beginPasskeyProof',
      summary: "Says which of the caller's passkeys may answer, and what",
      access: halfWay,
      replies: { 201: PasskeyRequest },
      callsPerMinute: 30,
      handler: async ({ caller }) => ({
        status: 201,
        body: await passkeyProofOptions(deps, { accountId: caller.userId, sessionId: caller.sessionId }),
      }),
    }),
  ]
}

function passkeySignInRoutes(deps: FactorDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/sessions/passkey-options',
      name: 'beginPasskeySignIn',
      summary: 'Says what a passkey should answer to sign in; the answer goes to signInWithPasskey within five minutes',
      access: anyone('signing in is how one gets a credential; the answer names nobody'),
      replies: { 201: PasskeyRequest },
      callsPerMinute: 30,
      handler: async () => ({ status: 201, body: await passkeySignInOptions(deps) }),
    }),
    route({
      method: 'POST',
      path: '/v1/sessions/passkey',
      name: 'signInWithPasskey',
      summary: 'Signs in with a passkey alone',
      access: anyone('signing in is how one gets a credential'),
      body: PasskeySignIn,
      replies: { 201: Me },
      callsPerMinute: 20,
      handler: async ({ body, cookies, address, userAgent }) => {
        const from = { client: { address, userAgent }, replaced: cookies[sessionCookie] }
        const { accountId, opened } = await signInWithPasskey(deps, body.credential, from)
        return { status: 201, body: await getMe(deps, accountId), cookies: sessionCookies(deps, opened) }
      },
    }),
  ]
}
