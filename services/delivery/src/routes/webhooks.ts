import { can, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import {
  IssuedWebhook,
  NewWebhook,
  RotateSecret,
  Webhook,
  WebhookChange,
  WebhookEventKind,
  WebhookTest,
} from '../contract.ts'
import type { Deps } from '../deps.ts'
import { describeEvents } from '../webhooks/examples.ts'
import { testWebhook } from '../webhooks/test-event.ts'
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  rotateSecret,
  updateWebhook,
} from '../webhooks/webhooks.ts'
import { shownTo } from './webhook-history.ts'

const params = z.object({ webhookId: z.uuid() })

export function webhookRoutes(deps: Deps): Route[] {
  return [...readingRoutes(deps), ...changingRoutes(deps)]
}

function readingRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/webhook-events',
      name: 'listWebhookEvents',
      summary: 'What a webhook can subscribe to, with an example of each',
      access: can('webhooks.read'),
      replies: { 200: z.object({ rows: z.array(WebhookEventKind) }) },
      handler: async ({ caller }) => ({ status: 200, body: { rows: describeEvents(caller.tenantId) } }),
    }),
    route({
      method: 'GET',
      path: '/v1/webhooks',
      name: 'listWebhooks',
      summary: 'Webhooks of the workspace',
      access: can('webhooks.read'),
      replies: { 200: z.object({ rows: z.array(Webhook) }) },
      handler: async ({ caller }) => ({
        status: 200,
        body: { rows: await listWebhooks(deps, caller.tenantId, shownTo(caller)) },
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/webhooks/:webhookId',
      name: 'getWebhook',
      summary: 'One webhook and how it stands',
      access: can('webhooks.read'),
      params,
      replies: { 200: Webhook },
      handler: async ({ caller, params: { webhookId } }) => ({
        status: 200,
        body: await getWebhook(deps, { tenantId: caller.tenantId, webhookId }, shownTo(caller)),
      }),
    }),
  ]
}

function changingRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/webhooks',
      name: 'createWebhook',
      summary: 'Adds a webhook and shows its secret once',
      access: can('webhooks.write'),
      // A stored reply to repeat would be a stored secret.
      creates: false,
      body: NewWebhook,
      replies: { 201: IssuedWebhook },
      handler: async ({ caller, body }) => ({ status: 201, body: await createWebhook(deps, caller.tenantId, body) }),
    }),
    route({
      method: 'PATCH',
      path: '/v1/webhooks/:webhookId',
      name: 'updateWebhook',
      summary: 'Changes a webhook, or switches it off and on; switched off it misses what happens meanwhile',
      access: can('webhooks.write'),
      params,
      body: WebhookChange,
      replies: { 200: Webhook },
      handler: async ({ caller, params: { webhookId }, body }) => ({
        status: 200,
        body: await updateWebhook(deps, { tenantId: caller.tenantId, webhookId }, body),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/webhooks/:webhookId',
      name: 'deleteWebhook',
      summary: 'Removes a webhook with its messages; what waits is not sent',
      access: can('webhooks.write'),
      params,
      replies: { 204: z.null() },
      handler: async ({ caller, params: { webhookId } }) => {
        await deleteWebhook(deps, { tenantId: caller.tenantId, webhookId })
        return { status: 204, body: null }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/webhooks/:webhookId/rotate-secret',
      name: 'rotateWebhookSecret',
      summary: 'Makes a new secret and shows it once; the old one signs beside it for some hours',
      access: can('webhooks.write'),
      creates: false,
      params,
      body: RotateSecret,
      replies: { 200: IssuedWebhook },
      handler: async ({ caller, params: { webhookId }, body }) => ({
        status: 200,
        body: await rotateSecret(deps, { tenantId: caller.tenantId, webhookId }, body),
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/webhooks/:webhookId/test',
      name: 'testWebhook',
      summary: 'Calls a webhook once with the event webhook.test and tells what it answered',
      access: can('webhooks.write'),
      creates: false,
      callsPerMinute: 30,
      params,
      replies: { 200: WebhookTest },
      handler: async ({ caller, params: { webhookId }, signal }) => ({
        status: 200,
        body: await testWebhook(deps, { tenantId: caller.tenantId, webhookId }, signal),
      }),
    }),
  ]
}
