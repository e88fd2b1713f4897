import { defineJob, type Logger } from '@fanfare/kernel'
import { z } from 'zod'
import type { Deps } from './deps.ts'
import { launchCampaign } from './launch.ts'

/** Hands the audience over to delivery. With `scheduledAt` it runs only if the campaign is still scheduled for then. */
export const Launch = defineJob(
  'campaigns.launch',
  z.object({ campaignId: z.uuid(), scheduledAt: z.iso.datetime().optional() }),
  { retryLimit: 20 },
)

export function registerJobs(deps: Deps & { log: Logger; pageSize: number }): void {
  deps.jobs.work(Launch, async ({ campaignId, scheduledAt }, { tenantId, signal }) => {
    if (tenantId === undefined) throw new TypeError(`The launch of campaign ${campaignId} names no tenant`)
    await launchCampaign(deps, { tenantId, campaignId }, { scheduledAt, signal })
  })
}
