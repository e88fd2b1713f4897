import { can, PageQuery, pageOf, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { SandboxMessage, SandboxMessageSummary } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { clearMessages, getMessage, getSource, listMessages } from '../sandbox/mailbox.ts'

const params = z.object({ messageId: z.uuid() })
const MessageQuery = PageQuery.extend({
  search: z.string().trim().max(254).optional().describe('Part of the subject or an address'),
})

/** A message is somebody's HTML: shown without scripts, forms or an origin of its own; links open beside it. */
const frameHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'x-frame-options': 'SAMEORIGIN',
  'content-security-policy':
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; font-src http: https:; frame-ancestors 'self'",
}

export function sandboxRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/sandbox/messages',
      name: 'listSandboxMessages',
      summary: 'Messages the sandbox took, newest first',
      access: can('delivery.read'),
      query: MessageQuery,
      replies: { 200: pageOf(SandboxMessageSummary) },
      handler: async ({ caller, query }) => ({ status: 200, body: await listMessages(deps, caller.tenantId, query) }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/sandbox/messages',
      name: 'clearSandbox',
      summary: 'Empties the sandbox mailbox',
      access: can('delivery.write'),
      replies: { 204: z.null() },
      handler: async ({ caller }) => {
        await clearMessages(deps, caller.tenantId)
        return { status: 204, body: null }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/sandbox/messages/:messageId',
      name: 'getSandboxMessage',
      summary: 'One message with its headers and texts',
      access: can('delivery.read'),
      params,
      replies: { 200: SandboxMessage },
      handler: async ({ caller, params: { messageId } }) => ({
        status: 200,
        body: await getMessage(deps, caller.tenantId, messageId),
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/sandbox/messages/:messageId/source',
      name: 'getSandboxSource',
      summary: 'One message as it came over the wire',
      access: can('delivery.read'),
      params,
      replies: { 200: z.string().meta({ contentType: 'text/plain' }) },
      handler: async ({ caller, params: { messageId } }) => ({
        status: 200,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
        body: (await getSource(deps, caller.tenantId, messageId)).toString('utf8'),
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/sandbox/messages/:messageId/html',
      name: 'showSandboxHtml',
      summary: 'The HTML of one message, for a sandboxed frame',
      access: can('delivery.read'),
      params,
      replies: { 200: z.string().meta({ contentType: 'text/html' }) },
      handler: async ({ caller, params: { messageId } }) => {
        const { html } = await getMessage(deps, caller.tenantId, messageId)
        return { status: 200, headers: frameHeaders, body: `<base target="_blank">${html}` }
      },
    }),
  ]
}
