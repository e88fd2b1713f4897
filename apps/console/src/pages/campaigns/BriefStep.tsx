import { campaignQuery, draftCampaign, updateCampaign } from '../../api/campaigns.ts'
import type { Brief } from '../../api/types.ts'
import { useAct } from '../../parts/use-act.tsx'
import { BriefForm } from './BriefForm.tsx'
import type { CampaignStepProps } from './steps.ts'

export function BriefStep({ campaign, goTo }: CampaignStepProps) {
  const { queryKey } = campaignQuery(campaign.id)
  const rename = useAct((name: string) => updateCampaign(campaign.id, { name }), {
    refresh: [queryKey],
    onDone: () => goTo('variants'),
  })
  const draft = async (name: string, brief: Brief) => {
    await updateCampaign(campaign.id, { name, brief })
    return await draftCampaign(campaign.id, brief)
  }
  return (
    <BriefForm
      name={campaign.name}
      brief={campaign.brief}
      send={draft}
      refresh={[queryKey]}
      onDone={() => goTo('crew')}
      onByHand={(name) => rename.mutate(name)}
    />
  )
}
