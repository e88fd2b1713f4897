import { DispatchFinished } from '@fanfare/delivery/contract'
import type { Deps } from './deps.ts'
import { finishCampaign } from './launch.ts'

export function subscribe(deps: Pick<Deps, 'db' | 'clock' | 'live' | 'events'>): void {
  deps.events.on(DispatchFinished, 'campaigns.finish', ({ tenantId, data: { campaignId } }) =>
    finishCampaign(deps, { tenantId, campaignId }),
  )
}
