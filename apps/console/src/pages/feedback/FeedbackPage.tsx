import { Grid, Group, Select, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconMailCheck } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { newestCampaignsQuery } from '../../api/campaigns.ts'
import { pagesOf } from '../../api/pages.ts'
import { feedbackPath, feedbackSummaryQuery } from '../../api/sending.ts'
import type { FeedbackSummary } from '../../api/types.ts'
import { useLive, useLiveState } from '../../api/use-live.ts'
import { formatNumber, formatPercent } from '../../format.ts'
import { isLaunched } from '../../parts/campaign-address.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useFilters } from '../../parts/use-filters.ts'
import { bounceReason } from '../../sending-words.ts'
import { BarList } from '../../ui/BarList.tsx'
import { Blank } from '../../ui/Blank.tsx'
import { LiveMark } from '../../ui/LiveMark.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Section } from '../../ui/Section.tsx'
import { StatTile } from '../../ui/StatTile.tsx'
import { keyIn } from '../../words.ts'
import { SendingTabs } from '../sending/SendingTabs.tsx'
import { FeedbackTable } from './FeedbackTable.tsx'
import { DestinationRates, SenderRates } from './RateTables.tsx'

const times = { '7': 'Last 7 days', '30': 'Last 30 days', '90': 'Last 90 days', '365': 'Last year' } as const

/** What came back: by sender and destination against the bands receivers judge by, by reason, and one by one. */
export function FeedbackPage() {
  const { filters, setFilter } = useFilters(['campaign', 'days'])
  const days = keyIn(times, filters.days) ?? '30'
  const scope = filters.campaign ? { campaignId: filters.campaign } : { days: Number(days) }
  const summary = useQuery(feedbackSummaryQuery(scope))
  const live = useLiveState()
  const client = useQueryClient()
  useLive('feedback', () => {
    void client.invalidateQueries({ queryKey: ['feedback-summary'] })
    void client.invalidateQueries({ queryKey: pagesOf(feedbackPath) })
  })
  return (
    <>
      <PageHeader
        title="Bounces and complaints"
        description="What other servers and people said of messages after they left, and what followed from it"
        beside={<LiveMark state={live} />}
      />
      <SendingTabs />
      <Group mb="md" gap="xs">
        <CampaignSelect value={filters.campaign} onChange={(id) => setFilter('campaign', id)} />
        <Select
          aria-label="Time"
          data={Object.entries(times).map(([value, label]) => ({ value, label }))}
          value={days}
          onChange={(value) => setFilter('days', value)}
          allowDeselect={false}
          disabled={filters.campaign !== undefined}
          w={160}
        />
      </Group>
      <Stack gap="lg">
        <Loaded query={summary}>{(found) => <Summary summary={found} />}</Loaded>
        <FeedbackTable campaignId={filters.campaign} />
      </Stack>
    </>
  )
}

function CampaignSelect({ value, onChange }: { value: string | undefined; onChange: (id: string | null) => void }) {
  const campaigns = useQuery(newestCampaignsQuery)
  const launched = (campaigns.data?.rows ?? []).filter(isLaunched)
  return (
    <Select
      aria-label="Campaign"
      placeholder="All campaigns and messages"
      data={launched.map(({ id, name }) => ({ value: id, label: name }))}
      value={value ?? null}
      onChange={onChange}
      searchable
      clearable
      w={260}
    />
  )
}

function Summary({ summary }: { summary: FeedbackSummary }) {
  const sum = (name: 'sent' | 'bounced' | 'hardBounced' | 'complained' | 'replied') =>
    summary.senders.reduce((total, row) => total + row[name], 0)
  if (summary.senders.length === 0) {
    return (
      <Section title="Rates" flush>
        <Blank
          icon={IconMailCheck}
          title="Nothing was sent in this time"
          text="Bounces, complaints and replies are read from return-path mailboxes, the SMTP intake and your provider’s events. Their rates by sender and destination stand here."
        />
      </Section>
    )
  }
  return (
    <>
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
        <StatTile label="Sent" value={formatNumber(sum('sent'))} note="Taken by a server" />
        <StatTile
          label="Bounced"
          value={formatPercent(sum('bounced'), sum('sent'))}
          note={`${formatNumber(sum('bounced'))}, ${formatNumber(sum('hardBounced'))} for good`}
        />
        <StatTile
          label="Complained"
          value={formatPercent(sum('complained'), sum('sent'))}
          note={formatNumber(sum('complained'))}
        />
        <StatTile
          label="Replied"
          value={formatNumber(sum('replied'))}
          note={`${formatPercent(sum('replied'), sum('sent'))} of those sent`}
        />
      </SimpleGrid>
      <SenderRates senders={summary.senders} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <DestinationRates destinations={summary.destinations} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Reasons reasons={summary.reasons} />
        </Grid.Col>
      </Grid>
    </>
  )
}

function Reasons({ reasons }: Pick<FeedbackSummary, 'reasons'>) {
  return (
    <Section title="Why they bounced" description="Red: the address itself is at fault">
      {reasons.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing bounced.
        </Text>
      ) : (
        <BarList
          label="Why they bounced"
          bars={reasons.map(({ reason, bounced, hardBounced }) => ({
            label: bounceReason(reason),
            count: bounced,
            tone: hardBounced > bounced / 2 ? 'red' : 'amber',
            note:
              hardBounced > 0 && hardBounced < bounced ? `${formatNumber(hardBounced)} for good, in all` : undefined,
          }))}
        />
      )}
    </Section>
  )
}
