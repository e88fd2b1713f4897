import type { Campaign } from '../../api/types.ts'

export const campaignSteps = [
  { key: 'brief', label: 'Brief', text: 'What it should achieve' },
  { key: 'crew', label: 'Crew', text: 'The draft being written' },
  { key: 'variants', label: 'Variants', text: 'Edit and compare' },
  { key: 'audience', label: 'Audience & sender', text: 'Who gets it, from whom' },
  { key: 'check', label: 'Check', text: 'Readiness and a test' },
  { key: 'approve', label: 'Approve', text: 'Exactly this' },
  { key: 'send', label: 'Send', text: 'Now or later' },
] as const
export type CampaignStepKey = (typeof campaignSteps)[number]['key']

/** Whether brief, variants, audience and sender may still change. */
export function isEditable({ state }: Campaign): boolean {
  return state === 'draft' || state === 'approved'
}

/** Where a person goes on with a campaign they open. */
export function currentStep(campaign: Campaign): CampaignStepKey {
  if (campaign.state !== 'draft') return 'send'
  if (campaign.variants.length > 0) return campaign.audience && campaign.senderId ? 'check' : 'audience'
  if (campaign.crewRunId !== null) return 'crew'
  return 'brief'
}

/** Whether a step has what it is for. */
export function isStepDone(campaign: Campaign, step: CampaignStepKey): boolean {
  switch (step) {
    case 'brief':
      return campaign.brief !== null || campaign.variants.length > 0
    case 'crew':
      return campaign.variants.length > 0
    case 'variants':
      return campaign.variants.length > 0
    case 'audience':
      return campaign.audience !== null && campaign.senderId !== null
    case 'check':
    case 'approve':
      return campaign.approvedAt !== null
    case 'send':
      return campaign.launchedAt !== null || campaign.scheduledAt !== null
  }
}

export function stepNamed(wanted: string | undefined, campaign: Campaign): CampaignStepKey {
  return campaignSteps.find(({ key }) => key === wanted)?.key ?? currentStep(campaign)
}

/** Shares for so many variants that add up to 100; the first ones take what does not divide. */
export function evenShares(count: number): number[] {
  const least = Math.floor(100 / count)
  return Array.from({ length: count }, (_, index) => least + (index < 100 - least * count ? 1 : 0))
}

/** What every step of the flow is given. */
export interface CampaignStepProps {
  campaign: Campaign
  goTo: (step: CampaignStepKey) => void
}
