import { Alert, Grid } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { campaignQuery } from '../../api/campaigns.ts'
import type { Campaign } from '../../api/types.ts'
import { ButtonLink, TextLink } from '../../links.tsx'
import { isLaunched } from '../../parts/campaign-address.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useFilters } from '../../parts/use-filters.ts'
import { useRouteId } from '../../parts/use-route-id.ts'
import { paths } from '../../paths.ts'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import { campaignStates } from '../../words.ts'
import { ApproveStep } from './ApproveStep.tsx'
import { AudienceStep } from './AudienceStep.tsx'
import { BriefStep } from './BriefStep.tsx'
import { CampaignMenu } from './CampaignMenu.tsx'
import { CheckStep } from './CheckStep.tsx'
import { CrewStep } from './CrewStep.tsx'
import { SendStep } from './SendStep.tsx'
import { StepRail } from './StepRail.tsx'
import { type CampaignStepKey, isEditable, stepNamed } from './steps.ts'
import { VariantsStep } from './VariantsStep.tsx'

const views = {
  brief: BriefStep,
  crew: CrewStep,
  variants: VariantsStep,
  audience: AudienceStep,
  check: CheckStep,
  approve: ApproveStep,
  send: SendStep,
} satisfies Record<CampaignStepKey, unknown>

/** Steps that change the campaign: of a scheduled or launched one they are there to be read. */
const editing: ReadonlySet<CampaignStepKey> = new Set(['brief', 'variants', 'audience'])

/** One campaign from its brief to its launch, a step at a time; the step is in the address. */
export function CampaignPage() {
  const campaign = useQuery(campaignQuery(useRouteId()))
  return <Loaded query={campaign}>{(found) => <CampaignFlow campaign={found} />}</Loaded>
}

function CampaignFlow({ campaign }: { campaign: Campaign }) {
  const { filters, setFilter } = useFilters(['step'])
  const step = stepNamed(filters.step, campaign)
  const View = views[step]
  const goTo = (next: CampaignStepKey) => {
    void setFilter('step', next)
    window.scrollTo({ top: 0 })
  }
  return (
    <>
      <PageHeader
        title={campaign.name}
        above={
          <TextLink to={paths.campaigns} c="dimmed">
            Campaigns
          </TextLink>
        }
        beside={<ToneBadge word={campaignStates[campaign.state]} />}
      >
        {isLaunched(campaign) && <ButtonLink to={paths.campaignReport(campaign.id)}>Live report</ButtonLink>}
        <CampaignMenu campaign={campaign} />
      </PageHeader>
      {campaign.attention && (
        <Alert color="orange" icon={<IconAlertTriangle size={18} />} title="It came back to you" mb="lg">
          {campaign.attention}
        </Alert>
      )}
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 3 }}>
          <StepRail campaign={campaign} step={step} onStep={goTo} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 9 }}>
          <fieldset className="plain" disabled={editing.has(step) && !isEditable(campaign)}>
            <View campaign={campaign} goTo={goTo} />
          </fieldset>
        </Grid.Col>
      </Grid>
    </>
  )
}
