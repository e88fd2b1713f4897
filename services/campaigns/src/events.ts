import { DispatchFinished, DispatchHalted } from '@fanfare/delivery/contract'
import type { Deps } from './deps.ts'
import { finishCampaign, haltCampaign } from './launch.ts'

export function subscribe(deps: Pick<Deps, 'db' | 'clock' | 'live' | 'events'>): void {
  deps.events.on(DispatchFinished, 'campaigns.finish', ({ tenantId, data: { campaignId } }) =>
    finishCampaign(deps, { tenantId, campaignId }),
  )
  deps.events.on(DispatchHalted, 'campaigns.halt', ({ tenantId, data: { campaignId, reason } }) =>
    haltCampaign(deps, { tenantId, campaignId }, reason),
  )
}
