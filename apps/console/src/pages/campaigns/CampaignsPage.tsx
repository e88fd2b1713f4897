import { Card, Group, SegmentedControl, Text } from '@mantine/core'
import { IconPlus, IconSpeakerphone } from '@tabler/icons-react'
import { campaignsQuery } from '../../api/campaigns.ts'
import type { Campaign } from '../../api/types.ts'
import { formatNumber } from '../../format.ts'
import { ButtonLink, TextLink } from '../../links.tsx'
import { campaignAddress } from '../../parts/campaign-address.ts'
import { NoMatch, PagedTable } from '../../parts/PagedTable.tsx'
import { useFilters } from '../../parts/use-filters.ts'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { StackStrip } from '../../ui/StackBar.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import { campaignStates, keyIn } from '../../words.ts'
import { accountingParts } from '../report/accounting.ts'

const columns: readonly Column<Campaign>[] = [
  {
    header: 'Campaign',
    bare: true,
    clip: true,
    cell: (campaign) => (
      <TextLink {...campaignAddress(campaign)} fw={550} c="inherit" size="sm">
        {campaign.name}
      </TextLink>
    ),
  },
  { header: 'State', cell: ({ state }) => <ToneBadge word={campaignStates[state]} /> },
  { header: 'Variants', align: 'right', cell: ({ variants }) => variants.length },
  {
    header: 'Audience',
    align: 'right',
    cell: ({ accounting }) => (accounting ? formatNumber(accounting.audience) : '–'),
  },
  {
    header: 'Accounting',
    cell: ({ accounting }) =>
      accounting ? (
        <div style={{ minWidth: 120 }}>
          <StackStrip label="Accounting" parts={accountingParts(accounting)} />
        </div>
      ) : (
        <Text span size="sm" c="dimmed">
          Not launched
        </Text>
      ),
  },
  { header: 'Changed', cell: ({ updatedAt }) => <Moment at={updatedAt} /> },
]

const views = [
  { value: '', label: 'All' },
  { value: 'draft', label: 'Drafts' },
  { value: 'sending', label: 'Sending' },
  { value: 'done', label: 'Done' },
]

export function CampaignsPage() {
  const { filters, setFilter, clear, isFiltered } = useFilters(['state'])
  const newLink = useMay()('campaigns.write') && (
    <ButtonLink to={paths.newCampaign} leftSection={<IconPlus size={16} />}>
      New campaign
    </ButtonLink>
  )
  return (
    <>
      <PageHeader title="Campaigns" description="From a brief to approved, personal mail with its results">
        {newLink}
      </PageHeader>
      <Group mb="md">
        <SegmentedControl
          size="xs"
          aria-label="Which campaigns"
          data={views}
          value={filters.state ?? ''}
          onChange={(state) => setFilter('state', state)}
        />
      </Group>
      <Card padding={0}>
        <PagedTable
          label="Campaigns"
          query={campaignsQuery(keyIn(campaignStates, filters.state))}
          columns={columns}
          keyOf={({ id }) => id}
          empty={
            isFiltered ? (
              <NoMatch onClear={clear} />
            ) : (
              <Blank
                icon={IconSpeakerphone}
                title="No campaigns yet"
                text="Say what you want to achieve. The crew drafts variants, you edit and approve, and then it is sent."
              >
                {newLink}
              </Blank>
            )
          }
        />
      </Card>
    </>
  )
}
