import { can, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { EngineView } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { endHold, viewEngine } from '../engine-view.ts'

export function engineRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/delivery/engine',
      name: 'getEngineView',
      summary: 'What is leaving: traffic of the last hour by sender and destination, what waits, who asked for less',
      access: can('delivery.read'),
      replies: { 200: EngineView },
      handler: async ({ caller }) => ({ status: 200, body: await viewEngine(deps, caller.tenantId) }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/senders/:senderId/holds/:destination',
      name: 'endHold',
      summary: 'Sends to a destination again that had asked for less',
      access: can('delivery.write'),
      params: z.object({ senderId: z.uuid(), destination: z.string().max(40) }),
      replies: { 204: z.null() },
      handler: async ({ caller, params }) => {
        await endHold(deps, caller.tenantId, params)
        return { status: 204, body: null }
      },
    }),
  ]
}
