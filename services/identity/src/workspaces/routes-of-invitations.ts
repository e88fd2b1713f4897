import { anyone, type Route, route, signedIn } from '@fanfare/kernel'
import { z } from 'zod'
import {
  Invitation,
  InvitationToken,
  InvitedSignUp,
  NewInvitation,
  OpenInvitation,
  SentInvitation,
  Workspace,
} from '../contract/workspaces.ts'
import { Me } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { sessionCookie, sessionCookies } from '../sessions/cookies.ts'
import { acceptInvitation, findOpenInvitation } from './acceptance.ts'
import { actingOf, permitted } from './acting.ts'
import { invite, listInvitations, resendInvitation, revokeInvitation } from './invitations.ts'
import { signUpInvited } from './join.ts'

const InvitationParams = z.object({ invitationId: z.uuid() })

export function invitationRoutes(deps: Deps): Route[] {
  return [...managing(deps), ...accepting(deps)]
}

function managing(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/invitations',
      name: 'listInvitations',
      summary: 'Lists the invitations that nobody has accepted yet',
      access: permitted('members.manage'),
      replies: { 200: z.object({ rows: z.array(Invitation) }) },
      handler: async ({ caller }) => ({ status: 200, body: { rows: await listInvitations(deps, caller.tenantId) } }),
    }),
    route({
      method: 'POST',
      path: '/v1/invitations',
      name: 'invite',
      summary: 'Invites an address to the workspace for 7 days, with a role no higher than your own',
      access: permitted('members.manage', { people: true }),
      body: NewInvitation,
      replies: { 201: SentInvitation },
      // A stored reply to repeat would be a stored link.
      creates: false,
      callsPerMinute: 60,
      handler: async ({ caller, body }) => ({ status: 201, body: await invite(deps, actingOf(caller), body) }),
    }),
    route({
      method: 'POST',
      path: '/v1/invitations/:invitationId/resend',
      name: 'resendInvitation',
      summary: 'Sends an invitation again with a new link; the former one stops working',
      access: permitted('members.manage', { people: true }),
      params: InvitationParams,
      replies: { 200: SentInvitation },
      creates: false,
      callsPerMinute: 30,
      handler: async ({ caller, params }) => ({
        status: 200,
        body: await resendInvitation(deps, actingOf(caller), params.invitationId),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/invitations/:invitationId',
      name: 'revokeInvitation',
      summary: 'Revokes an invitation; its link stops working at once',
      access: permitted('members.manage', { people: true }),
      params: InvitationParams,
      replies: { 204: z.null() },
      handler: async ({ caller, params }) => {
        await revokeInvitation(deps, actingOf(caller), params.invitationId)
        return { status: 204, body: null }
      },
    }),
  ]
}

/** The token stands in the body: an address ends up in logs and histories. */
function accepting(deps: Deps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/invitations/open',
      name: 'openInvitation',
      summary: 'Shows what an invitation is about to whoever has its link',
      access: anyone('the one-time token is the credential, and its holder may have no account yet'),
      body: InvitationToken,
      replies: { 200: OpenInvitation },
      callsPerMinute: 60,
      handler: async ({ body }) => ({ status: 200, body: await findOpenInvitation(deps, body.token) }),
    }),
    route({
      method: 'POST',
      path: '/v1/invitations/sign-up',
      name: 'signUpInvited',
      summary: 'Makes the account of the invited address, accepts the invitation and signs in',
      access: anyone('the one-time token of the invitation is the credential'),
      body: InvitedSignUp,
      replies: { 201: Me },
      callsPerMinute: 20,
      handler: async ({ body, cookies, address, userAgent }) => {
        const from = { client: { address, userAgent }, replaced: cookies[sessionCookie] }
        const { me, opened } = await signUpInvited(deps, body, from)
        return { status: 201, body: me, cookies: sessionCookies(deps, opened) }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/invitations/accept',
      name: 'acceptInvitation',
      summary: 'Accepts an invitation that was made to the address of the signed-in person',
      access: signedIn(),
      body: InvitationToken,
      replies: { 200: Workspace },
      callsPerMinute: 60,
      handler: async ({ caller, body }) => ({
        status: 200,
        body: await acceptInvitation(deps, caller.userId, body.token),
      }),
    }),
  ]
}
