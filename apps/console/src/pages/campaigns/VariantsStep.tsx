import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { crewRunQuery } from '../../api/ai.ts'
import { DraftReview } from './DraftReview.tsx'
import { EmailVariants } from './EmailVariants.tsx'
import type { CampaignStepProps } from './steps.ts'

/** The crew's drafts until they are taken on; from then on the emails that were made of them, or others. */
export function VariantsStep({ campaign, goTo }: CampaignStepProps) {
  const [isByHand, byHand] = useState(false)
  const isDraft = campaign.variants.length === 0 && campaign.crewRunId !== null && !isByHand
  const run = useQuery({ ...crewRunQuery(campaign.crewRunId ?? ''), enabled: isDraft })
  if (isDraft && run.isPending) return null
  if (isDraft && run.data && run.data.variants.length > 0) {
    return <DraftReview campaign={campaign} run={run.data} goTo={goTo} onByHand={() => byHand(true)} />
  }
  return <EmailVariants campaign={campaign} goTo={goTo} />
}
