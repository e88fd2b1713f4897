import { Text } from '@mantine/core'
import type { TrafficPoint } from '../../api/types.ts'
import { formatNumber, formatPercent } from '../../format.ts'
import { destinationName, outcomes } from '../../sending-words.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Section } from '../../ui/Section.tsx'
import { StackStrip } from '../../ui/StackBar.tsx'
import { byDestination, type OutcomeKind, outcomeKinds, triesOf } from './traffic.ts'

type Row = ReturnType<typeof byDestination>[number]

const columns: readonly Column<Row>[] = [
  {
    header: 'Destination',
    bare: true,
    cell: ({ destination }) => (
      <Text size="sm" fw={550}>
        {destinationName(destination)}
      </Text>
    ),
  },
  {
    header: 'Share',
    cell: (row) => (
      <div style={{ minWidth: 120 }}>
        <StackStrip
          label={destinationName(row.destination)}
          parts={outcomeKinds.map((kind) => ({ ...outcomes[kind], count: row[kind], explanation: '' }))}
        />
      </div>
    ),
  },
  ...outcomeKinds.map((kind): Column<Row> => {
    return { header: outcomes[kind].label, align: 'right', cell: (row) => <Figure row={row} kind={kind} /> }
  }),
]

function Figure({ row, kind }: { row: Row; kind: OutcomeKind }) {
  return (
    <span className="numbers">
      {formatNumber(row[kind])}{' '}
      {kind !== 'accepted' && row[kind] > 0 && (
        <Text span size="xs" c="dimmed">
          {formatPercent(row[kind], triesOf(row))}
        </Text>
      )}
    </span>
  )
}

/** Who takes what we send, and who puts it off. */
export function DestinationTable({ traffic }: { traffic: readonly TrafficPoint[] }) {
  if (traffic.length === 0) return null
  return (
    <Section title="By destination" description="The last hour; shares are of all tries there" flush>
      <DataTable
        label="By destination"
        rows={byDestination(traffic)}
        columns={columns}
        keyOf={({ destination }) => destination}
      />
    </Section>
  )
}
