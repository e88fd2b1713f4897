import { SimpleGrid, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { homeQuery } from '../../api/analytics.ts'
import type { Home } from '../../api/types.ts'
import { useLive, useLiveState } from '../../api/use-live.ts'
import { formatCompact, formatNumber, formatPercent } from '../../format.ts'
import { ButtonLink, TextLink } from '../../links.tsx'
import { Loaded } from '../../parts/Loaded.tsx'
import { paths } from '../../paths.ts'
import { useMay, useMe, useWorkspace } from '../../session.ts'
import { HourBars } from '../../ui/HourBars.tsx'
import { LiveMark } from '../../ui/LiveMark.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Section } from '../../ui/Section.tsx'
import { StatTile } from '../../ui/StatTile.tsx'
import { CampaignRows } from './CampaignRows.tsx'
import { FirstSteps } from './FirstSteps.tsx'

export function HomePage() {
  const home = useQuery(homeQuery)
  const client = useQueryClient()
  const live = useLiveState()
  const may = useMay()
  const workspace = useWorkspace()
  const { person } = useMe()
  useLive('home', () => client.invalidateQueries({ queryKey: homeQuery.queryKey }))
  return (
    <>
      <PageHeader
        title="Home"
        description={`Hello ${person.name.split(' ')[0]}. This is ${workspace?.name} now.`}
        beside={<LiveMark state={live} />}
      >
        {may('campaigns.write') && (
          <ButtonLink to={paths.newCampaign} leftSection={<IconPlus size={16} />}>
            New campaign
          </ButtonLink>
        )}
      </PageHeader>
      <Loaded query={home} skeleton={<Tiles home={undefined} />}>
        {(found) => <Overview home={found} />}
      </Loaded>
    </>
  )
}

function Overview({ home }: { home: Home }) {
  const isNew = home.contacts === 0 || home.running.length + home.recent.length === 0
  return (
    <Stack gap="lg">
      {isNew && <FirstSteps contacts={home.contacts} campaigns={home.running.length + home.recent.length} />}
      <Tiles home={home} />
      {home.running.length > 0 && (
        <Section title="Running now" flush>
          <CampaignRows campaigns={home.running} />
        </Section>
      )}
      <Section title="Last 24 hours" description="By the hour, everything this workspace sent and what came of it">
        {home.hours.some(({ sent, opens, clicks }) => sent + opens + clicks > 0) ? (
          <HourBars hours={home.hours} />
        ) : (
          <Text size="sm" c="dimmed">
            Nothing was sent, opened or clicked yet. It draws itself when something is.
          </Text>
        )}
      </Section>
      {home.recent.length > 0 && (
        <Section
          title="Recent campaigns"
          actions={
            <TextLink to={paths.campaigns} size="sm">
              All campaigns
            </TextLink>
          }
          flush
        >
          <CampaignRows campaigns={home.recent} />
        </Section>
      )}
    </Stack>
  )
}

function Tiles({ home }: { home: Home | undefined }) {
  const day = home?.last24Hours
  return (
    <SimpleGrid cols={{ base: 2, md: 5 }} spacing="sm">
      <StatTile
        label="Contacts"
        value={home && formatCompact(home.contacts)}
        note={
          home && (
            <TextLink to={paths.contacts} inherit>
              See them
            </TextLink>
          )
        }
      />
      <StatTile
        label="Reachable"
        value={home && formatCompact(home.reachable)}
        note={home && `${formatNumber(home.suppressed)} suppressed`}
        explanation="Subscribed, with a consent basis, and not on the suppression list: those a campaign would write to."
      />
      <StatTile
        label="Sent, 24 h"
        value={day && formatCompact(day.sent)}
        explanation="Messages that the receiving servers accepted."
      />
      <StatTile
        label="Opened, 24 h"
        value={day && formatCompact(day.opened)}
        note={day && day.sent > 0 && `${formatPercent(day.opened, day.sent)} of sent`}
        explanation={day && machineNote('opens', day.machineOpened)}
      />
      <StatTile
        label="Clicked, 24 h"
        value={day && formatCompact(day.clicked)}
        note={day && day.sent > 0 && `${formatPercent(day.clicked, day.sent)} of sent`}
        explanation={day && machineNote('clicks', day.machineClicked)}
      />
    </SimpleGrid>
  )
}

function machineNote(what: string, machine: number): string {
  return `People, not hits. ${formatNumber(machine)} more ${what} were most likely made by scanners or mail proxies and are counted apart.`
}
