import { Alert, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { sendersQuery } from '../../api/delivery.ts'
import { engineQuery } from '../../api/sending.ts'
import type { EngineView, Sender } from '../../api/types.ts'
import { counted, formatNumber } from '../../format.ts'
import { ButtonLink, TextLink } from '../../links.tsx'
import { Loaded } from '../../parts/Loaded.tsx'
import { paths } from '../../paths.ts'
import { Blank } from '../../ui/Blank.tsx'
import { Due } from '../../ui/Due.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Section } from '../../ui/Section.tsx'
import { StatTile } from '../../ui/StatTile.tsx'
import { BacklogSection } from './BacklogSection.tsx'
import { DestinationTable } from './DestinationTable.tsx'
import { HoldsSection } from './HoldsSection.tsx'
import { SendingTabs } from './SendingTabs.tsx'
import { TrafficSection } from './TrafficSection.tsx'
import { presentRate } from './traffic.ts'
import { UnknownSection } from './UnknownSection.tsx'

/** What the engine does for this workspace, as it does it. */
export function SendingPage() {
  const engine = useQuery(engineQuery)
  const senders = useQuery(sendersQuery)
  return (
    <>
      <PageHeader
        title="Sending"
        description="What leaves now, what waits, and who asked for less; read again every 2 seconds"
      />
      <SendingTabs />
      <Loaded query={engine}>{(view) => <Engine view={view} senders={senders.data?.rows ?? []} />}</Loaded>
    </>
  )
}

function Engine({ view, senders }: { view: EngineView; senders: readonly Sender[] }) {
  const isIdle = view.traffic.length === 0 && view.backlog.length === 0
  return (
    <Stack gap="lg">
      <Figures view={view} />
      <Troubles senders={senders} />
      <HoldsSection holds={view.holds} senders={senders} />
      {isIdle ? (
        <Section title="Traffic" flush>
          <Blank
            icon={IconSend}
            title="Nothing left in the last hour"
            text="Here you will see messages by the minute and by destination, what waits for which sender and lane, which receivers asked for less, and what became unknown."
          >
            <ButtonLink to={paths.campaigns}>Go to the campaigns</ButtonLink>
          </Blank>
        </Section>
      ) : (
        <>
          <TrafficSection view={view} />
          <DestinationTable traffic={view.traffic} />
          <BacklogSection backlog={view.backlog} senders={senders} />
        </>
      )}
      <UnknownSection backlog={view.backlog} senders={senders} />
    </Stack>
  )
}

function Figures({ view }: { view: EngineView }) {
  const rate = useRate(view)
  const sum = (name: 'queued' | 'deferred' | 'unknown' | 'inHand') =>
    view.backlog.reduce((total, row) => total + row[name], 0)
  const next = view.backlog.flatMap(({ dueAt }) => dueAt ?? []).sort()[0]
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
      <StatTile
        label="Leaving now"
        value={`${formatNumber(rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate))}/s`}
        note={counted(sum('inHand'), 'batch in hand', 'batches in hand')}
        explanation="Tries a second over the last ten seconds: messages that were taken, put off or refused."
      />
      <StatTile
        label="Waiting"
        value={formatNumber(sum('queued'))}
        note={
          next && (
            <>
              The next leaves <Due at={next} />
            </>
          )
        }
      />
      <StatTile
        label="Deferred"
        value={formatNumber(sum('deferred'))}
        note="Put off by a server"
        explanation="The receiving server asked to come back later. They are tried again by themselves."
      />
      <StatTile
        label="Unknown"
        value={formatNumber(sum('unknown'))}
        note="In the last 7 days"
        explanation="The line broke after the message and before the answer. They are never sent again by themselves in a campaign."
      />
    </SimpleGrid>
  )
}

const keptReadings = 6

/** The rate between the readings of the last ten seconds. */
function useRate(view: EngineView): number {
  const [readings, keep] = useState([view])
  if (readings.at(-1) !== view) keep([...readings, view].slice(-keptReadings))
  return presentRate(readings)
}

function Troubles({ senders }: { senders: readonly Sender[] }) {
  return senders
    .filter(({ trouble }) => trouble !== null)
    .map(({ id, name, trouble }) => (
      <Alert key={id} color="orange" title={`“${name}” cannot send just now`}>
        <Text size="sm">
          {trouble?.text}. It is tried again by itself. Look at <TextLink to={paths.sender(id)}>the sender</TextLink>.
        </Text>
      </Alert>
    ))
}
