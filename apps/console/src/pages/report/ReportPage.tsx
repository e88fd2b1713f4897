import { Drawer, Grid, Group, Stack, Text } from '@mantine/core'
import { useThrottledCallback } from '@mantine/hooks'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import { reportQuery } from '../../api/analytics.ts'
import { deliveriesPath, standingQuery } from '../../api/delivery.ts'
import { pagesOf } from '../../api/pages.ts'
import type { Accounting, CampaignReport, Engagement, Standing } from '../../api/types.ts'
import { useLive, useLiveState } from '../../api/use-live.ts'
import { formatClock } from '../../format.ts'
import { ButtonLink, TextLink } from '../../links.tsx'
import { isLaunched } from '../../parts/campaign-address.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useFilters } from '../../parts/use-filters.ts'
import { useRouteId } from '../../parts/use-route-id.ts'
import { paths } from '../../paths.ts'
import { Chart } from '../../ui/Chart.tsx'
import { LiveMark } from '../../ui/LiveMark.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { RowSkeletons } from '../../ui/RowSkeletons.tsx'
import { Section } from '../../ui/Section.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import { campaignStates } from '../../words.ts'
import { DeliveryStory } from '../delivery/DeliveryStory.tsx'
import { AccountingSection } from './AccountingSection.tsx'
import { withEmptyBuckets } from './buckets.ts'
import { CampaignControls } from './CampaignControls.tsx'
import { DeliveryTable } from './DeliveryTable.tsx'
import { Funnel } from './Funnel.tsx'
import { LinkTable, VariantTable } from './ResultTables.tsx'
import { StandingAlerts } from './StandingAlerts.tsx'
import { UnknownDeliveries } from './UnknownDeliveries.tsx'

const safetyMs = 5_000

/** The report of a launched campaign; the address of another one leads to its steps. */
export function ReportPage() {
  const id = useRouteId()
  const report = useQuery({
    ...reportQuery(id),
    refetchOnMount: 'always',
    // What changed between the first read and the first live message is not missed for long.
    refetchInterval: ({ state }) => (state.data?.campaign.finishedAt === null ? safetyMs : false),
  })
  useLiveReport(id)
  return (
    <Loaded query={report}>
      {(found) => {
        if (isLaunched(found.campaign)) return <ReportView report={found} />
        // What was kept from before the launch does not decide: the next reading does.
        return report.isFetchedAfterMount ? <Navigate to={paths.campaign(id)} replace /> : <RowSkeletons />
      }}
    </Loaded>
  )
}

/** Keeps the report true: totals and accounting as they arrive, the rest read again at most once a second. */
function useLiveReport(id: string): void {
  const client = useQueryClient()
  const { queryKey } = reportQuery(id)
  const readAgain = useThrottledCallback(() => {
    void client.invalidateQueries({ queryKey })
    void client.invalidateQueries({ queryKey: pagesOf(deliveriesPath(id)) })
  }, 1_000)
  const patch = (change: Partial<CampaignReport>) =>
    client.setQueryData(queryKey, (before) => before && { ...before, ...change })
  useLive(`report/${id}`, (message) => {
    if (message.type === 'changed' && message.total) patch({ total: message.total as Engagement })
    readAgain()
  })
  useLive(`deliveries/${id}`, (message) => {
    if (message.type === 'accounting') {
      const { type: _, ...accounting } = message
      patch({ accounting: accounting as unknown as Accounting })
      client.setQueryData(standingQuery(id).queryKey, accounting as unknown as Standing)
    }
    readAgain()
  })
}

function ReportView({ report }: { report: CampaignReport }) {
  const { campaign, accounting } = report
  const live = useLiveState()
  const { filters, setFilter } = useFilters(['delivery'])
  const openStory = (id: string | undefined) => setFilter('delivery', id)
  const standing = useQuery({
    ...standingQuery(campaign.id),
    refetchInterval: campaign.finishedAt === null ? safetyMs : false,
  }).data
  return (
    <>
      <PageHeader
        title={campaign.name}
        above={
          <TextLink to={paths.campaigns} c="dimmed">
            Campaigns
          </TextLink>
        }
        beside={
          <Group gap="sm">
            <ToneBadge word={campaignStates[campaign.state]} />
            <LiveMark state={live} />
          </Group>
        }
        description={
          campaign.launchedAt && (
            <>
              Launched <Moment at={campaign.launchedAt} />
              {campaign.finishedAt && (
                <>
                  , finished <Moment at={campaign.finishedAt} />
                </>
              )}
            </>
          )
        }
      >
        <CampaignControls campaign={campaign} />
        <ButtonLink variant="default" to={paths.campaign(campaign.id)} search={{ step: 'approve' }}>
          What was approved
        </ButtonLink>
      </PageHeader>
      <Stack gap="lg">
        <StandingAlerts campaign={campaign} standing={standing} />
        <AccountingSection campaignId={campaign.id} accounting={accounting} standing={standing} />
        <UnknownDeliveries campaignId={campaign.id} count={accounting.unknown} onOpen={openStory} />
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, lg: 7 }}>
            <OverTime report={report} />
          </Grid.Col>
          <Grid.Col span={{ base: 12, lg: 5 }}>
            <Funnel report={report} />
          </Grid.Col>
        </Grid>
        <Section title="Variants" description="Rates are of those sent; people, not hits" flush>
          <VariantTable report={report} />
        </Section>
        <Section title="Links" flush>
          <LinkTable links={report.links} />
        </Section>
        <DeliveryTable campaignId={campaign.id} onOpen={openStory} />
      </Stack>
      <Drawer opened={filters.delivery !== undefined} onClose={() => openStory(undefined)} title="What happened to it">
        {filters.delivery && <DeliveryStory deliveryId={filters.delivery} />}
      </Drawer>
    </>
  )
}

function OverTime({ report }: { report: CampaignReport }) {
  const { bucketSeconds } = report
  const series = withEmptyBuckets(report.series, bucketSeconds)
  const bucket = bucketSeconds === 60 ? 'minute' : bucketSeconds === 3600 ? 'hour' : `${bucketSeconds} seconds`
  return (
    <Section
      title="Over time"
      description={`By the ${bucket} since the launch; opens and clicks on the right-hand scale`}
    >
      {series.length === 0 ? (
        <Text size="sm" c="dimmed">
          The first message draws the first bar.
        </Text>
      ) : (
        <Chart
          label={`Sent, opens and clicks by the ${bucket}`}
          height={250}
          times={series.map(({ at }) => at)}
          formatTime={formatClock}
          series={[
            { name: 'Sent', tone: 'gray', kind: 'bar', values: series.map(({ sent }) => sent) },
            { name: 'Opens', tone: 'accent', kind: 'line', axis: 'right', values: series.map(({ opens }) => opens) },
            { name: 'Clicks', tone: 'green', kind: 'line', axis: 'right', values: series.map(({ clicks }) => clicks) },
          ]}
        />
      )}
    </Section>
  )
}
