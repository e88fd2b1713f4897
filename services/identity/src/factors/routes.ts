import { type Route, route, signedIn } from '@fanfare/kernel'
import { z } from 'zod'
import {
  AddedFactorWithTokens,
  Code,
  Factor,
  Factors,
  NewFactor,
  NewPasskey,
  NewSms,
  NewTotp,
  PasskeyCreation,
  RecoveryCodes,
  RenamedFactor,
  SentCode,
} from '../contract/factors.ts'
import { sessionCookies } from '../sessions/cookies.ts'
import { tokensOf } from '../sessions/tokens-of.ts'
import { confirmNewFactor } from './confirm.ts'
import type { FactorDeps } from './deps.ts'
import { type Actor, listFactors, removeFactor, renameFactor } from './factors.ts'
import { addPasskey, beginPasskey } from './passkeys.ts'
import { proofRoutes } from './proof-routes.ts'
import { renewRecoveryCodes } from './recovery-codes.ts'
import { beginEmail, beginSms } from './sent-factor.ts'
import { beginTotp } from './totp-factor.ts'
import { workspaceRuleRoutes } from './workspace-rule.ts'

const FactorRef = z.object({ factorId: z.uuid() })
/** Who adds or removes a factor has proven who they are a moment ago. */
const recently = signedIn({ recent: true })

export function factorRoutes(deps: FactorDeps): Route[] {
  return [
    ...ownFactorRoutes(deps),
    ...enrolmentRoutes(deps),
    ...passkeyEnrolmentRoutes(deps),
    ...proofRoutes(deps),
    ...workspaceRuleRoutes(deps),
  ]
}

function ownFactorRoutes(deps: FactorDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/factors',
      name: 'listFactors',
      summary: "Lists the caller's second factors and what can be added",
      access: signedIn(),
      replies: { 200: Factors },
      handler: async ({ caller }) => ({ status: 200, body: await listFactors(deps, caller.userId) }),
    }),
    route({
      method: 'PATCH',
      path: '/v1/factors/:factorId',
      name: 'renameFactor',
      summary: "Renames one of the caller's second factors",
      access: signedIn(),
      params: FactorRef,
      body: RenamedFactor,
      replies: { 200: Factor },
      handler: async ({ caller, params, body }) => ({
        status: 200,
        body: await renameFactor(deps, { accountId: caller.userId, factorId: params.factorId, name: body.name }),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/factors/:factorId',
      name: 'removeFactor',
      summary: "Removes one of the caller's second factors and ends their other sessions",
      access: recently,
      params: FactorRef,
      replies: { 204: z.null() },
      handler: async ({ caller, params }) => {
        await removeFactor(deps, actorOf(caller), params.factorId)
        return { status: 204, body: null }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/recovery-codes',
      name: 'renewRecoveryCodes',
      summary: 'Makes ten new recovery codes and shows them once; the former ones stop working',
      access: recently,
      replies: { 201: RecoveryCodes },
      callsPerMinute: 10,
      handler: async ({ caller }) => ({
        status: 201,
        body: { codes: await renewRecoveryCodes(deps, caller.userId) },
      }),
    }),
  ]
}

function enrolmentRoutes(deps: FactorDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/factors/totp',
      name: 'beginTotp',
      summary: 'Begins with an authenticator app: the secret to scan or type, shown once',
      access: recently,
      body: NewFactor,
      replies: { 201: NewTotp },
      callsPerMinute: 30,
      handler: async ({ caller, body }) => ({
        status: 201,
        body: await beginTotp(deps, caller.userId, body.name),
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/factors/email',
      name: 'beginEmailCodes',
      summary: "Begins with codes by email: sends one to the caller's address",
      access: recently,
      replies: { 201: SentCode },
      callsPerMinute: 10,
      handler: async ({ caller }) => ({ status: 201, body: await beginEmail(deps, caller.userId) }),
    }),
    route({
      method: 'POST',
      path: '/v1/factors/sms',
      name: 'beginSmsCodes',
      summary: 'Begins with codes by SMS: sends one to the number',
      access: recently,
      body: NewSms,
      replies: { 201: SentCode },
      callsPerMinute: 10,
      handler: async ({ caller, body }) => ({ status: 201, body: await beginSms(deps, caller.userId, body.phone) }),
    }),
    route({
      method: 'POST',
      path: '/v1/factors/:factorId/confirm',
      name: 'confirmFactor',
      summary: 'Finishes adding a factor with its first code; recovery codes come with the first factor, once',
      access: recently,
      params: FactorRef,
      body: Code,
      replies: { 201: AddedFactorWithTokens },
      callsPerMinute: 20,
      handler: async ({ caller, params, body }) => {
        const { added, opened } = await confirmNewFactor(deps, actorOf(caller), {
          factorId: params.factorId,
          code: body.code.replaceAll(' ', ''),
        })
        const tokens = (await tokensOf(deps, opened)) ?? null
        return { status: 201, body: { ...added, tokens }, cookies: sessionCookies(deps, opened) }
      },
    }),
  ]
}

function passkeyEnrolmentRoutes(deps: FactorDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/factors/passkey-options',
      name: 'beginPasskey',
      summary: 'Says what passkey the browser should make; the answer goes to addPasskey within five minutes',
      access: recently,
      replies: { 201: PasskeyCreation },
      callsPerMinute: 30,
      handler: async ({ caller }) => ({ status: 201, body: await beginPasskey(deps, actorOf(caller)) }),
    }),
    route({
      method: 'POST',
      path: '/v1/factors/passkey',
      name: 'addPasskey',
      summary: 'Adds the passkey that the browser made; recovery codes come with the first factor, once',
      access: recently,
      body: NewPasskey,
      replies: { 201: AddedFactorWithTokens },
      callsPerMinute: 30,
      handler: async ({ caller, body }) => {
        const { added, opened } = await addPasskey(deps, actorOf(caller), body)
        const tokens = (await tokensOf(deps, opened)) ?? null
        return { status: 201, body: { ...added, tokens }, cookies: sessionCookies(deps, opened) }
      },
    }),
  ]
}

function actorOf(caller: { readonly userId: string; readonly sessionId: string }): Actor {
  return { accountId: caller.userId, sessionId: caller.sessionId }
}
