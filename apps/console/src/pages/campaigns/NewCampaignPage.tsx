import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { brandQuery } from '../../api/ai.ts'
import { createCampaign, draftCampaign } from '../../api/campaigns.ts'
import { pagesOf } from '../../api/pages.ts'
import type { Brief } from '../../api/types.ts'
import { TextLink } from '../../links.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { paths } from '../../paths.ts'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { RowSkeletons } from '../../ui/RowSkeletons.tsx'
import { BriefForm } from './BriefForm.tsx'

export function NewCampaignPage() {
  const navigate = useNavigate()
  const brand = useQuery(brandQuery)
  const refresh = [pagesOf('/v1/campaigns')]
  const byHand = useAct((name: string) => createCampaign({ name }), {
    refresh,
    onDone: ({ id }) => navigate({ to: paths.campaign(id), search: { step: 'variants' } }),
  })
  const begin = async (name: string, brief: Brief) => {
    const campaign = await createCampaign({ name, brief })
    await draftCampaign(campaign.id, brief)
    return campaign
  }
  return (
    <>
      <PageHeader
        title="New campaign"
        above={
          <TextLink to={paths.campaigns} c="dimmed">
            Campaigns
          </TextLink>
        }
        description="Write the brief as you would for a colleague. The crew claims nothing beyond it and your brand’s facts."
      />
      <Stack maw={760}>
        {brand.isPending ? (
          <RowSkeletons />
        ) : (
          <BriefForm
            tone={brand.data?.tone}
            send={begin}
            refresh={refresh}
            onDone={({ id }) => navigate({ to: paths.campaign(id), search: { step: 'crew' } })}
            onByHand={(name) => byHand.mutate(name)}
          />
        )}
      </Stack>
    </>
  )
}
