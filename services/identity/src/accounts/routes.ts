import { type Route, route, signedIn } from '@fanfare/kernel'
import { z } from 'zod'
import { AddressOnly, Me, PasswordChange, PersonChange, SystemMails } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { deviceCookie } from '../limits/known-devices.ts'
import { listMails } from '../mail/mail.ts'
import { noSessionCookies } from '../sessions/cookies.ts'
import { askEmailChange } from './change-email.ts'
import { changePassword } from './change-password.ts'
import { deleteAccount } from './delete-account.ts'
import { demandOperator } from './person.ts'
import { renamePerson } from './rename-person.ts'
import { sendVerification } from './verify-email.ts'

/** What people do with their own account. Whose it is comes from the session, never from the body. */
export function accountRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'PATCH',
      path: '/v1/me',
      name: 'updateMe',
      summary: 'Changes the name of the caller',
      access: signedIn(),
      body: PersonChange,
      replies: { 200: Me },
      handler: async ({ caller, body }) => ({ status: 200, body: await renamePerson(deps, caller.userId, body.name) }),
    }),
    route({
      method: 'PUT',
      path: '/v1/me/password',
      name: 'changePassword',
      summary: 'Changes the password of the caller and ends their other sessions',
      access: signedIn(),
      body: PasswordChange,
      replies: { 204: z.null() },
      callsPerMinute: 10,
      handler: async ({ caller, body, address, cookies }) => {
        await changePassword(deps, caller, body, { address, device: cookies[deviceCookie] })
        return { status: 204, body: null }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/me/email',
      name: 'askEmailChange',
      summary: 'Sends a link to a new address of the caller, and word of it to the present one',
      access: signedIn({ recent: true }),
      body: AddressOnly,
      replies: { 202: z.null() },
      callsPerMinute: 5,
      handler: async ({ caller, body }) => {
        await askEmailChange(deps, caller.userId, body.email)
        return { status: 202, body: null }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/me/email-verification',
      name: 'askEmailVerification',
      summary: 'Sends a link that shows that the address is the caller’s own',
      access: signedIn(),
      replies: { 202: z.null() },
      callsPerMinute: 5,
      handler: async ({ caller }) => {
        await sendVerification(deps, caller.userId)
        return { status: 202, body: null }
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/me',
      name: 'deleteMe',
      summary: 'Deletes the account of the caller; refused while they are the only owner of a workspace',
      access: signedIn({ recent: true }),
      replies: { 204: z.null() },
      handler: async ({ caller }) => {
        await deleteAccount(deps, caller.userId)
        return { status: 204, body: null, cookies: noSessionCookies }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/system/mail',
      name: 'listSystemMails',
      summary:
        'Lists the mails of the last day that were not sent for want of a mail server, for who runs the installation',
      access: signedIn(),
      replies: { 200: SystemMails },
      handler: async ({ caller }) => {
        await demandOperator(deps, caller.userId)
        return { status: 200, body: { mailServer: deps.mail.hasServer, rows: await listMails(deps) } }
      },
    }),
  ]
}
