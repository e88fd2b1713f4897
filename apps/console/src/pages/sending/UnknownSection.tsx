import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { newestCampaignsQuery } from '../../api/campaigns.ts'
import type { Backlog, Campaign, Sender } from '../../api/types.ts'
import { counted } from '../../format.ts'
import { ButtonLink } from '../../links.tsx'
import { Loaded } from '../../parts/Loaded.tsx'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { Section } from '../../ui/Section.tsx'
import { ResolveDialog } from '../delivery/ResolveDialog.tsx'
import { nameOf } from './BacklogSection.tsx'

/** Where messages became unknown, with the way to the page that settles them. */
export function UnknownSection({ backlog, senders }: { backlog: readonly Backlog[]; senders: readonly Sender[] }) {
  const unknown = backlog.filter((row) => row.unknown > 0)
  if (unknown.length === 0) return null
  const messages = unknown.filter(({ lane }) => lane === 'transactional')
  return (
    <Section
      title="Unknown messages"
      description="The line broke after the message and before the answer. Somebody has to find out what became of them."
      flush
    >
      <Stack gap={0} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {[...Map.groupBy(messages, ({ senderId }) => senderId)].map(([senderId, rows]) => (
          <UnknownMessages
            key={senderId}
            senderId={senderId}
            sender={nameOf(senders, senderId)}
            count={rows.reduce((sum, row) => sum + row.unknown, 0)}
          />
        ))}
        {messages.length < unknown.length && <UnknownCampaigns />}
      </Stack>
    </Section>
  )
}

const campaignsEveryMs = 5_000

function UnknownCampaigns() {
  const campaigns = useQuery({ ...newestCampaignsQuery, refetchInterval: campaignsEveryMs })
  return (
    <Loaded query={campaigns}>
      {({ rows }) =>
        rows
          .filter(({ accounting }) => (accounting?.unknown ?? 0) > 0)
          .map((campaign: Campaign) => (
            <UnknownRow key={campaign.id} name={campaign.name} count={campaign.accounting?.unknown ?? 0}>
              <ButtonLink variant="default" size="xs" to={paths.campaignReport(campaign.id)} hash="unknown">
                Settle them
              </ButtonLink>
            </UnknownRow>
          ))
      }
    </Loaded>
  )
}

function UnknownMessages({ senderId, sender, count }: { senderId: string; sender: string; count: number }) {
  const mayWrite = useMay()('delivery.write')
  return (
    <UnknownRow name={`Messages by the API from “${sender}”`} count={count}>
      <Group gap={6}>
        <ButtonLink variant="default" size="xs" to={paths.messages} search={{ state: 'unknown' }}>
          See each
        </ButtonLink>
        {mayWrite && (
          <ResolveDialog deliveries={{ kind: 'sender', senderId }} count={count}>
            {(open) => (
              <Button variant="default" size="xs" onClick={open}>
                Decide for all
              </Button>
            )}
          </ResolveDialog>
        )}
      </Group>
    </UnknownRow>
  )
}

function UnknownRow({ name, count, children }: { name: string; count: number; children: ReactNode }) {
  return (
    <li style={{ borderTop: '1px solid var(--line)', padding: '12px 20px' }}>
      <Group justify="space-between">
        <div style={{ minWidth: 0 }}>
          <Text size="sm" fw={550}>
            {name}
          </Text>
          <Text size="xs" c="dimmed">
            {counted(count, 'message')}
          </Text>
        </div>
        {children}
      </Group>
    </li>
  )
}
