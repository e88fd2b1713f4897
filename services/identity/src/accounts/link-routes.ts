import { anyone, type Caller, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { AddressOnly, LinkLook, LinkSeen, Me, PasswordReset, SignUp, SignUpOffer, TokenOnly } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { deviceCookieOf } from '../limits/known-devices.ts'
import { sessionCookie, sessionCookies } from '../sessions/cookies.ts'
import { confirmEmailChange, undoEmailChange } from './change-email.ts'
import { askLink } from './jobs.ts'
import { lookAtLink } from './look-at-link.ts'
import { resetPassword } from './reset-password.ts'
import { demandOpenSignUp, finishSignUp, signUpOffer } from './sign-up.ts'
import { verifyEmail } from './verify-email.ts'

const byLink = anyone('the one-time token of the mail is the credential')

/** What people do before they are signed in. Links are used up by POST only: a scanner that opens one changes nothing. */
export function linkRoutes(deps: Deps): Route[] {
  return [...signUpRoutes(deps), ...passwordResetRoutes(deps), ...emailRoutes(deps)]
}

function signUpRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/sign-ups',
      name: 'getSignUpOffer',
      summary: 'Says who may make an account here',
      access: anyone('asked before one has an account'),
      replies: { 200: SignUpOffer },
      handler: async () => ({ status: 200, body: signUpOffer(deps) }),
    }),
    route({
      method: 'POST',
      path: '/v1/sign-ups',
      name: 'askSignUp',
      summary: 'Sends a link to make an account to an address; the reply is the same for every address',
      access: anyone('nobody has an account before signing up'),
      body: AddressOnly,
      replies: { 202: z.null() },
      callsPerMinute: 10,
      handler: async ({ body }) => {
        demandOpenSignUp(deps)
        await askLink(deps, { for: 'sign_up', email: body.email })
        return { status: 202, body: null }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/sign-ups/finish',
      name: 'finishSignUp',
      summary: 'Makes the account and its first workspace with the link, and signs in',
      access: byLink,
      body: SignUp,
      replies: { 201: Me },
      callsPerMinute: 20,
      handler: async ({ body, cookies, address, userAgent }) => {
        const from = { client: { address, userAgent }, replaced: cookies[sessionCookie] }
        const { me, opened } = await finishSignUp(deps, body, from)
        return { status: 201, body: me, cookies: sessionCookies(deps, opened) }
      },
    }),
  ]
}

function passwordResetRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/password-resets',
      name: 'askPasswordReset',
      summary: 'Sends a link to set a new password; the reply is the same for every address',
      access: anyone('who forgot the password cannot sign in'),
      body: AddressOnly,
      replies: { 202: z.null() },
      callsPerMinute: 10,
      handler: async ({ body }) => {
        await askLink(deps, { for: 'reset_password', email: body.email })
        return { status: 202, body: null }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/password-resets/finish',
      name: 'finishPasswordReset',
      summary: 'Sets a new password with the link and ends all sessions; signs nobody in',
      access: byLink,
      body: PasswordReset,
      replies: { 204: z.null() },
      callsPerMinute: 20,
      handler: async ({ body }) => {
        const device = await resetPassword(deps, body)
        return { status: 204, body: null, cookies: [deviceCookieOf(device)] }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/links/look',
      name: 'lookAtLink',
      summary: 'Shows the address that a link of a mail is about, without using it up',
      access: byLink,
      body: LinkLook,
      replies: { 200: LinkSeen },
      callsPerMinute: 60,
      handler: async ({ body }) => ({ status: 200, body: await lookAtLink(deps, body) }),
    }),
  ]
}

function emailRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/email-verifications/finish',
      name: 'finishEmailVerification',
      summary: 'Shows with the link that the address is the account’s own',
      access: byLink,
      body: TokenOnly,
      replies: { 204: z.null() },
      callsPerMinute: 20,
      handler: async ({ body }) => {
        await verifyEmail(deps, body.token)
        return { status: 204, body: null }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/email-changes/finish',
      name: 'finishEmailChange',
      summary: 'Gives the account the address that the link was sent to, and ends all other sessions',
      access: byLink,
      body: TokenOnly,
      replies: { 200: LinkSeen },
      callsPerMinute: 20,
      handler: async ({ body, caller }) => ({
        status: 200,
        body: await confirmEmailChange(deps, { token: body.token, caller: personOf(caller) }),
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/email-changes/undo',
      name: 'undoEmailChange',
      summary: 'Brings the former address back with the link, and ends all sessions and the password',
      access: byLink,
      body: TokenOnly,
      replies: { 200: LinkSeen },
      callsPerMinute: 20,
      handler: async ({ body }) => ({ status: 200, body: await undoEmailChange(deps, body.token) }),
    }),
  ]
}

function personOf(caller: Caller): { userId: string; sessionId: string } | undefined {
  if (caller.kind === 'anonymous' || caller.userId === undefined || caller.sessionId === undefined) return undefined
  return { userId: caller.userId, sessionId: caller.sessionId }
}
