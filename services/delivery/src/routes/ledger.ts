import { can, PageQuery, pageOf, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { Delivery, deliveryStates, Standing } from '../contract.ts'
import { listDeliveries } from '../deliveries.ts'
import type { Deps } from '../deps.ts'
import { getStanding } from '../dispatches.ts'

const params = z.object({ campaignId: z.uuid() })
const DeliveryPageQuery = PageQuery.extend({
  state: z.enum(deliveryStates).optional(),
  search: z.string().trim().max(254).optional().describe('Part of the address'),
})

export function ledgerRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/campaigns/:campaignId/accounting',
      name: 'getAccounting',
      summary: 'Where every recipient of a campaign stands: audience = sent + failed + suppressed + pending + unknown',
      access: can('delivery.read'),
      params,
      replies: { 200: Standing },
      handler: async ({ caller: { tenantId }, params: { campaignId } }) => ({
        status: 200,
        body: await getStanding(deps, { tenantId, dispatchId: campaignId }),
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/campaigns/:campaignId/deliveries',
      name: 'listDeliveries',
      summary: 'Every recipient of a campaign with state and reason',
      access: can('delivery.read'),
      params,
      query: DeliveryPageQuery,
      replies: { 200: pageOf(Delivery) },
      handler: async ({ caller: { tenantId }, params: { campaignId }, query }) => ({
        status: 200,
        body: await listDeliveries(deps, { tenantId, dispatchId: campaignId }, query),
      }),
    }),
  ]
}
