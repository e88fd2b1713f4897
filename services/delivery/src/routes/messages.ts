import { can, PageQuery, pageOf, type Route, route, type WorkspaceCaller } from '@fanfare/kernel'
import { z } from 'zod'
import {
  AcceptedMessages,
  DeliveryStory,
  Message,
  MessageFilter,
  MessageSummary,
  NewMessage,
  ResolveDeliveries,
  ResolvedDeliveries,
} from '../contract.ts'
import type { Deps } from '../deps.ts'
import { acceptMessage } from '../messages/accept.ts'
import { cancelSentMessage, getSentMessage, listSentMessages } from '../messages/messages.ts'
import { resolveDeliveries } from '../resolve.ts'
import { getStory } from '../story.ts'

const params = z.object({ deliveryId: z.uuid() })
/** 10 MB of attachments in base64, and texts. */
const maxBodyBytes = 17_000_000
const callsPerMinute = 60_000

export function messageRoutes(deps: Deps): Route[] {
  return [...sendRoutes(deps), ...readRoutes(deps), resolveRoute(deps)]
}

function sendRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/messages',
      name: 'sendMessage',
      summary: 'Takes messages that people wait for; a repetition with the same Idempotency-Key sends nothing twice',
      access: can('messages.send'),
      callsPerMinute,
      maxBodyBytes,
      body: NewMessage,
      replies: { 202: AcceptedMessages },
      handler: async ({ caller, body, headers }) => {
        const { tenantId } = caller
        const request = { tenantId, credential: nameOf(caller), idempotencyKey: headers['idempotency-key'] }
        return { status: 202, body: await acceptMessage(deps, request, body) }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/messages/:deliveryId/cancel',
      name: 'cancelMessage',
      summary: 'Keeps a message from leaving that waits for its time or for another try',
      access: can('messages.send'),
      creates: false,
      params,
      replies: { 200: Message },
      handler: async ({ caller, params: { deliveryId } }) => ({
        status: 200,
        body: await cancelSentMessage(deps, caller.tenantId, deliveryId),
      }),
    }),
  ]
}

function readRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/messages',
      name: 'listMessages',
      summary: 'Messages sent by the API, newest first',
      access: can('messages.read'),
      query: PageQuery.extend(MessageFilter.shape),
      replies: { 200: pageOf(MessageSummary) },
      handler: async ({ caller, query }) => ({
        status: 200,
        body: await listSentMessages(deps, caller.tenantId, query),
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/messages/:deliveryId',
      name: 'getMessage',
      summary: 'One message sent by the API: where it stands, and what happened to it so far',
      access: can('messages.read'),
      params,
      replies: { 200: Message },
      handler: async ({ caller, params: { deliveryId } }) => ({
        status: 200,
        body: await getSentMessage(deps, caller.tenantId, deliveryId),
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/deliveries/:deliveryId',
      name: 'getDelivery',
      summary:
        'The story of one delivery, of a campaign or by the API: every try, what the server said, what was opened',
      access: can('delivery.read'),
      params,
      replies: { 200: DeliveryStory },
      handler: async ({ caller, params: { deliveryId } }) => ({
        status: 200,
        body: await getStory(deps, caller.tenantId, deliveryId),
      }),
    }),
  ]
}

function resolveRoute(deps: Deps): Route {
  return route({
    method: 'POST',
    path: '/v1/deliveries/resolve',
    name: 'resolveDeliveries',
    summary: 'Settles unknown deliveries by what somebody found out, or sends them again under the same Message-ID',
    access: can('delivery.write'),
    creates: false,
    body: ResolveDeliveries,
    replies: { 200: ResolvedDeliveries },
    handler: async ({ caller, body }) => {
      const operator = { tenantId: caller.tenantId, actor: nameOf(caller) }
      return { status: 200, body: { resolved: await resolveDeliveries(deps, operator, body) } }
    },
  })
}

/** The person or the key that calls. */
function nameOf({ keyId, userId }: WorkspaceCaller): string {
  return keyId === undefined ? `user ${userId}` : `key ${keyId}`
}
