import type { Campaign } from '@fanfare/campaigns/contract'
import type { Accounting, Delivery } from '@fanfare/delivery/contract'
import { taken } from '../../bench/workspace/replies.ts'
import type { Stage } from './stage.ts'

export function askAccounting({ ask }: Stage, campaignId: string): Promise<Accounting> {
  const params = { path: { campaignId } }
  return ask((client, signal) => taken(client.GET('/v1/campaigns/{campaignId}/accounting', { params, signal })))
}

/** With its accounts, which are null until it has an audience. */
export function askCampaign({ ask }: Stage, campaignId: string): Promise<Campaign> {
  const params = { path: { campaignId } }
  return ask((client, signal) => taken(client.GET('/v1/campaigns/{campaignId}', { params, signal })))
}

/** Every delivery of a campaign, page by page. */
export async function askDeliveries({ ask }: Stage, campaignId: string): Promise<Delivery[]> {
  const deliveries: Delivery[] = []
  let cursor: string | undefined
  do {
    const params = { path: { campaignId }, query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) } }
    const page = await ask((client, signal) =>
      taken(client.GET('/v1/campaigns/{campaignId}/deliveries', { params, signal })),
    )
    deliveries.push(...page.rows)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return deliveries
}
