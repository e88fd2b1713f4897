import { Box, Group, Text } from '@mantine/core'
import type { Accounting, Campaign } from '../../api/types.ts'
import { formatNumber } from '../../format.ts'
import { TextLink } from '../../links.tsx'
import { campaignAddress } from '../../parts/campaign-address.ts'
import { Moment } from '../../ui/Moment.tsx'
import { type BarPart, StackStrip } from '../../ui/StackBar.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import { campaignStates } from '../../words.ts'
import { accountingParts } from '../report/accounting.ts'

/** Campaigns one under the other, each with how far it has come. */
export function CampaignRows({ campaigns }: { campaigns: readonly Campaign[] }) {
  return (
    <Box component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
      {campaigns.map((campaign) => (
        <Box component="li" key={campaign.id} px="lg" py="sm" style={{ borderTop: '1px solid var(--line)' }}>
          <Group justify="space-between" gap="xs">
            <Group gap="xs" style={{ minWidth: 0 }}>
              <TextLink {...campaignAddress(campaign)} fw={550} c="inherit">
                {campaign.name}
              </TextLink>
              <ToneBadge word={campaignStates[campaign.state]} />
            </Group>
            <Text component="div" size="xs" c="dimmed">
              <Moment at={campaign.finishedAt ?? campaign.launchedAt ?? campaign.updatedAt} />
            </Text>
          </Group>
          {campaign.accounting && <Progressed accounting={campaign.accounting} />}
        </Box>
      ))}
    </Box>
  )
}

function Progressed({ accounting }: { accounting: Accounting }) {
  const parts: readonly BarPart[] = accountingParts(accounting)
  const settled = accounting.audience - accounting.pending
  return (
    <Group gap="md" mt={8} wrap="nowrap">
      <Box style={{ flex: 1 }}>
        <StackStrip label="Accounting" parts={parts} />
      </Box>
      <Text size="xs" c="dimmed" className="numbers" style={{ whiteSpace: 'nowrap' }}>
        {formatNumber(settled)} of {formatNumber(accounting.audience)}
      </Text>
    </Group>
  )
}
