import { can, PageQuery, pageOf, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { Mailbox, MailboxCheck, MailboxMessage, mailboxMessageStates, NewMailbox } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { requestPoll } from '../mailboxes/jobs.ts'
import {
  checkMailbox,
  createMailbox,
  deleteMailbox,
  listMailboxes,
  listMailboxMessages,
  updateMailbox,
} from '../mailboxes/mailboxes.ts'

const params = z.object({ mailboxId: z.uuid() })
const MessageQuery = PageQuery.extend({ state: z.enum(mailboxMessageStates).optional() })

export function mailboxRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/mailboxes',
      name: 'listMailboxes',
      summary: 'Mailboxes that bounces, complaints and replies are read from',
      access: can('delivery.read'),
      replies: { 200: z.object({ rows: z.array(Mailbox) }) },
      handler: async ({ caller }) => ({ status: 200, body: { rows: await listMailboxes(deps, caller.tenantId) } }),
    }),
    route({
      method: 'POST',
      path: '/v1/mailboxes',
      name: 'createMailbox',
      summary: 'Adds a mailbox to read; its password is stored sealed and never returned',
      access: can('delivery.write'),
      body: NewMailbox,
      replies: { 201: Mailbox },
      handler: async ({ caller: { tenantId }, body }) => {
        const mailbox = await createMailbox(deps, tenantId, body)
        if (mailbox.active) await requestPoll(deps, { tenantId, mailboxId: mailbox.id })
        return { status: 201, body: mailbox }
      },
    }),
    route({
      method: 'PUT',
      path: '/v1/mailboxes/:mailboxId',
      name: 'updateMailbox',
      summary: 'Changes a mailbox; without a password the stored one stays',
      access: can('delivery.write'),
      params,
      body: NewMailbox,
      replies: { 200: Mailbox },
      handler: async ({ caller: { tenantId }, params: { mailboxId }, body }) => ({
        status: 200,
        body: await updateMailbox(deps, { tenantId, mailboxId }, body),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/mailboxes/:mailboxId',
      name: 'deleteMailbox',
      summary: 'Stops reading a mailbox; what was heard of deliveries stays',
      access: can('delivery.write'),
      params,
      replies: { 204: z.null() },
      handler: async ({ caller: { tenantId }, params: { mailboxId } }) => {
        await deleteMailbox(deps, { tenantId, mailboxId })
        return { status: 204, body: null }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/mailboxes/:mailboxId/check',
      name: 'checkMailbox',
      summary: 'Connects and signs in, without reading anything',
      access: can('delivery.write'),
      creates: false,
      callsPerMinute: 30,
      params,
      replies: { 200: MailboxCheck },
      handler: async ({ caller: { tenantId }, params: { mailboxId } }) => ({
        status: 200,
        body: await checkMailbox(deps, { tenantId, mailboxId }),
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/mailboxes/:mailboxId/messages',
      name: 'listMailboxMessages',
      summary: 'Messages that were taken in, newest first',
      access: can('delivery.read'),
      params,
      query: MessageQuery,
      replies: { 200: pageOf(MailboxMessage) },
      handler: async ({ caller: { tenantId }, params: { mailboxId }, query }) => ({
        status: 200,
        body: await listMailboxMessages(deps, { tenantId, mailboxId }, query),
      }),
    }),
  ]
}
