import { can, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { BulkVerdict, NewSender, Sender, SenderCheck } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { checkSender } from '../senders/readiness.ts'
import { createSender, deleteSender, listSenders, updateSender } from '../senders/senders.ts'

const params = z.object({ senderId: z.uuid() })

export function senderRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/senders',
      name: 'listSenders',
      summary: 'Senders of the workspace',
      access: can('delivery.read'),
      replies: { 200: z.object({ rows: z.array(Sender) }) },
      handler: async ({ caller }) => ({ status: 200, body: { rows: await listSenders(deps, caller.tenantId) } }),
    }),
    route({
      method: 'POST',
      path: '/v1/senders',
      name: 'createSender',
      summary: 'Adds a sender; its password is stored sealed and never returned',
      access: can('delivery.write'),
      body: NewSender,
      replies: { 201: Sender },
      handler: async ({ caller, body }) => ({ status: 201, body: await createSender(deps, caller.tenantId, body) }),
    }),
    route({
      method: 'PUT',
      path: '/v1/senders/:senderId',
      name: 'updateSender',
      summary: 'Changes a sender; without a password the stored one stays',
      access: can('delivery.write'),
      params,
      body: NewSender,
      replies: { 200: Sender },
      handler: async ({ caller, params: { senderId }, body }) => ({
        status: 200,
        body: await updateSender(deps, caller.tenantId, senderId, body),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/senders/:senderId',
      name: 'deleteSender',
      summary: 'Removes a sender that no campaign used',
      access: can('delivery.write'),
      params,
      replies: { 204: z.null() },
      handler: async ({ caller, params: { senderId } }) => {
        await deleteSender(deps, caller.tenantId, senderId)
        return { status: 204, body: null }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/senders/:senderId/check',
      name: 'checkSender',
      summary: 'Connects to the server and looks up what bulk senders are judged by',
      access: can('delivery.write'),
      creates: false,
      callsPerMinute: 30,
      params,
      replies: { 200: z.object({ checks: z.array(SenderCheck), bulk: BulkVerdict }) },
      handler: async ({ caller, params: { senderId } }) => ({
        status: 200,
        body: await checkSender(deps, caller.tenantId, senderId),
      }),
    }),
  ]
}
