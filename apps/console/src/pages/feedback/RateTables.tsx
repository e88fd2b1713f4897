import { Text } from '@mantine/core'
import type { FeedbackSummary } from '../../api/types.ts'
import { formatNumber, formatPercent } from '../../format.ts'
import { TextLink } from '../../links.tsx'
import { paths } from '../../paths.ts'
import { destinationName } from '../../sending-words.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Section } from '../../ui/Section.tsx'
import { toneColor } from '../../ui/Tone.tsx'
import { BandGauge } from './BandGauge.tsx'
import { type Band, bounceBand, complaintBand, toneOf } from './bands.ts'

type SenderRow = FeedbackSummary['senders'][number]
type DestinationRow = FeedbackSummary['destinations'][number]

const senderColumns: readonly Column<SenderRow>[] = [
  {
    header: 'Sender',
    bare: true,
    cell: ({ senderId, name }) =>
      name === '' ? (
        'A sender that is gone'
      ) : (
        <TextLink to={paths.sender(senderId)} c="inherit" size="sm" fw={550}>
          {name}
        </TextLink>
      ),
  },
  {
    header: 'Bounces of dead addresses',
    cell: ({ name, hardBounced, sent }) => (
      <BandGauge
        label={`Dead addresses of ${name}`}
        part={hardBounced}
        of={Math.max(sent, hardBounced)}
        band={bounceBand}
      />
    ),
  },
  {
    header: 'Complaints',
    cell: ({ name, complained, sent }) => (
      <BandGauge
        label={`Complaints of ${name}`}
        part={complained}
        of={Math.max(sent, complained)}
        band={complaintBand}
      />
    ),
  },
  { header: 'All bounces', align: 'right', cell: ({ bounced }) => formatNumber(bounced) },
  { header: 'Replies', align: 'right', cell: ({ replied }) => formatNumber(replied) },
]

export function SenderRates({ senders }: Pick<FeedbackSummary, 'senders'>) {
  return (
    <Section
      title="By sender"
      description="Receivers look closer from 5 % dead addresses or 0.1 % complaints on, and stop a sender at 10 % or 0.3 %. A campaign that gets there is paused by itself."
      flush
    >
      <DataTable label="By sender" rows={senders} columns={senderColumns} keyOf={({ senderId }) => senderId} />
    </Section>
  )
}

const destinationColumns: readonly Column<DestinationRow>[] = [
  {
    header: 'Destination',
    bare: true,
    cell: ({ destination }) => (
      <Text size="sm" fw={550}>
        {destinationName(destination)}
      </Text>
    ),
  },
  { header: 'Sent', align: 'right', cell: ({ sent }) => formatNumber(sent) },
  { header: 'Bounced', align: 'right', cell: ({ bounced }) => formatNumber(bounced) },
  {
    header: 'Dead addresses',
    align: 'right',
    cell: ({ hardBounced, sent }) => <Rate part={hardBounced} of={sent} band={bounceBand} />,
  },
  {
    header: 'Complained',
    align: 'right',
    cell: ({ complained, sent }) => <Rate part={complained} of={sent} band={complaintBand} />,
  },
  { header: 'Replied', align: 'right', cell: ({ replied }) => formatNumber(replied) },
]

export function DestinationRates({ destinations }: Pick<FeedbackSummary, 'destinations'>) {
  return (
    <Section title="By destination" description="Whose servers they went to" flush>
      <DataTable
        label="By destination"
        rows={[...destinations].sort((a, b) => b.sent - a.sent)}
        columns={destinationColumns}
        keyOf={({ destination }) => destination}
      />
    </Section>
  )
}

function Rate({ part, of, band }: { part: number; of: number; band: Band }) {
  const tone = toneOf(part, Math.max(part, of), band)
  const isCalm = tone === 'green' || tone === 'gray'
  return (
    <span className="numbers">
      {formatNumber(part)}{' '}
      <Text span size="xs" c={isCalm ? 'dimmed' : toneColor(tone)} fw={isCalm ? 400 : 600}>
        {formatPercent(part, Math.max(part, of))}
      </Text>
    </span>
  )
}
