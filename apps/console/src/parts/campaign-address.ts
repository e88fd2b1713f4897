import type { Campaign } from '../api/types.ts'
import { paths } from '../paths.ts'

const launched: ReadonlySet<Campaign['state']> = new Set(['launching', 'sending', 'paused', 'done', 'cancelled'])

export function isLaunched(campaign: Campaign): boolean {
  return launched.has(campaign.state) && campaign.launchedAt !== null
}

/** A launched campaign opens on its report, another one on its steps. */
export function campaignAddress(campaign: Campaign): { to: string } {
  return { to: isLaunched(campaign) ? paths.campaignReport(campaign.id) : paths.campaign(campaign.id) }
}
