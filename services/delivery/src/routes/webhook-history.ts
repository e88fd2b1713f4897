import { can, PageQuery, pageOf, type Route, route, type WorkspaceCaller } from '@fanfare/kernel'
import { z } from 'zod'
import {
  ListedWebhookAttempt,
  ReplaySince,
  WebhookMessage,
  WebhookMessageDetail,
  webhookEventTypes,
  webhookMessageStates,
} from '../contract.ts'
import type { Deps } from '../deps.ts'
import { getMessage, listAllAttempts, listMessages, replayOne, replaySince } from '../webhooks/history.ts'
import type { Shown } from '../webhooks/webhooks.ts'

const params = z.object({ webhookId: z.uuid() })
const messageParams = params.extend({ webhookMessageId: z.uuid() })
const MessageQuery = PageQuery.extend({
  state: z.enum(webhookMessageStates).optional(),
  type: z.enum(webhookEventTypes).optional(),
  since: z.iso.datetime({ offset: true }).optional().describe('Only what was made at this time or later'),
})
const AttemptQuery = PageQuery.extend({
  failed: z.stringbool().default(false).describe('Only calls that did not get a 2xx'),
})

/** What a caller may see: a path or an answer may hold a secret of whoever receives. */
export function shownTo({ permissions }: Pick<WorkspaceCaller, 'permissions'>): Shown {
  return { secrets: permissions.has('webhooks.write') }
}

/** What was sent, what was answered, and sending it again. */
export function webhookHistoryRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/webhooks/:webhookId/messages',
      name: 'listWebhookMessages',
      summary: 'What a webhook was told or is to be told, newest first',
      access: can('webhooks.read'),
      params,
      query: MessageQuery,
      replies: { 200: pageOf(WebhookMessage) },
      handler: async ({ caller, params: { webhookId }, query }) => ({
        status: 200,
        body: await listMessages(deps, { tenantId: caller.tenantId, webhookId }, query),
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/webhooks/:webhookId/messages/:webhookMessageId',
      name: 'getWebhookMessage',
      summary: 'One message with its body and every try',
      access: can('webhooks.read'),
      params: messageParams,
      replies: { 200: WebhookMessageDetail },
      handler: async ({ caller, params: { webhookId, webhookMessageId } }) => ({
        status: 200,
        body: await getMessage(deps, { tenantId: caller.tenantId, webhookId, id: webhookMessageId }, shownTo(caller)),
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/webhooks/:webhookId/attempts',
      name: 'listWebhookAttempts',
      summary: 'Every call to a webhook with status, duration and answer, newest first',
      access: can('webhooks.read'),
      params,
      query: AttemptQuery,
      replies: { 200: pageOf(ListedWebhookAttempt) },
      handler: async ({ caller, params: { webhookId }, query }) => ({
        status: 200,
        body: await listAllAttempts(deps, { tenantId: caller.tenantId, webhookId }, query, shownTo(caller)),
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/webhooks/:webhookId/messages/:webhookMessageId/replay',
      name: 'replayWebhookMessage',
      summary: 'Sends one message again now, with the same webhook-id and all its tries before it',
      access: can('webhooks.write'),
      creates: false,
      params: messageParams,
      replies: { 200: WebhookMessage },
      handler: async ({ caller, params: { webhookId, webhookMessageId } }) => ({
        status: 200,
        body: await replayOne(deps, { tenantId: caller.tenantId, webhookId, id: webhookMessageId }),
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/webhooks/:webhookId/replay',
      name: 'replayWebhook',
      summary: 'Sends again what failed since a time',
      access: can('webhooks.write'),
      creates: false,
      callsPerMinute: 30,
      params,
      body: ReplaySince,
      replies: {
        200: z.object({
          replayed: z.int(),
          more: z.boolean().describe('There is still more than one call takes on: call again'),
        }),
      },
      handler: async ({ caller, params: { webhookId }, body }) => ({
        status: 200,
        body: await replaySince(deps, { tenantId: caller.tenantId, webhookId }, body.since),
      }),
    }),
  ]
}
