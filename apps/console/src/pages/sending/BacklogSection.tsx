import { Text } from '@mantine/core'
import type { Backlog, Sender } from '../../api/types.ts'
import { formatNumber } from '../../format.ts'
import { TextLink } from '../../links.tsx'
import { paths } from '../../paths.ts'
import { destinationName, lanes } from '../../sending-words.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Due } from '../../ui/Due.tsx'
import { Section } from '../../ui/Section.tsx'

/** What waits for each sender, lane by lane: what people wait for goes first. */
export function BacklogSection({ backlog, senders }: { backlog: readonly Backlog[]; senders: readonly Sender[] }) {
  const waiting = backlog
    .filter(({ queued, deferred }) => queued + deferred > 0)
    .sort((a, b) => laneOrder.indexOf(a.lane) - laneOrder.indexOf(b.lane))
  return (
    <Section title="Backlog" description="What waits, by sender, lane and destination, in the order it goes" flush>
      {waiting.length === 0 ? (
        <Text size="sm" c="dimmed" px="lg" pb="md">
          Nothing waits: all that was asked for has left.
        </Text>
      ) : (
        <DataTable
          label="Backlog"
          rows={waiting}
          columns={columnsFor(senders)}
          keyOf={({ senderId, lane, destination }) => `${senderId} ${lane} ${destination}`}
        />
      )}
    </Section>
  )
}

const laneOrder = Object.keys(lanes)

function columnsFor(senders: readonly Sender[]): readonly Column<Backlog>[] {
  return [
    {
      header: 'Sender',
      bare: true,
      cell: ({ senderId }) => (
        <TextLink to={paths.sender(senderId)} c="inherit" size="sm" fw={550}>
          {nameOf(senders, senderId)}
        </TextLink>
      ),
    },
    { header: 'Lane', cell: ({ lane }) => lanes[lane] },
    { header: 'Destination', cell: ({ destination }) => destinationName(destination) },
    { header: 'Queued', align: 'right', cell: ({ queued }) => formatNumber(queued) },
    { header: 'Deferred', align: 'right', cell: ({ deferred }) => formatNumber(deferred) },
    { header: 'Next leaves', cell: ({ dueAt, inHand }) => <Next dueAt={dueAt} inHand={inHand} /> },
  ]
}

function Next({ dueAt, inHand }: Pick<Backlog, 'dueAt' | 'inHand'>) {
  if (inHand > 0) return 'now, in hand'
  return dueAt === null ? 'Paused' : <Due at={dueAt} />
}

export function nameOf(senders: readonly Sender[], senderId: string): string {
  return senders.find(({ id }) => id === senderId)?.name ?? 'A sender that is gone'
}
