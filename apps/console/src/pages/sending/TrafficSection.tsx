import { Group, Select } from '@mantine/core'
import type { EngineView } from '../../api/types.ts'
import { formatClock } from '../../format.ts'
import { useFilters } from '../../parts/use-filters.ts'
import { destinationName, outcomes } from '../../sending-words.ts'
import { Chart } from '../../ui/Chart.tsx'
import { Section } from '../../ui/Section.tsx'
import { byDestination, byMinute, outcomeKinds } from './traffic.ts'

/** Messages by the minute; one destination or all. */
export function TrafficSection({ view }: { view: EngineView }) {
  const { filters, setFilter } = useFilters(['destination'])
  const { destination } = filters
  const series = byMinute(view, destination)
  const choices = byDestination(view.traffic).map((row) => row.destination)
  return (
    <Section
      title="The last hour"
      description="Tries by the minute, by what the receiving server answered"
      actions={
        <Group gap="xs">
          <Select
            aria-label="Destination"
            placeholder="All destinations"
            data={[...new Set([...choices, ...(destination ? [destination] : [])])].map((value) => ({
              value,
              label: destinationName(value),
            }))}
            value={destination ?? null}
            onChange={(value) => setFilter('destination', value)}
            clearable
            w={180}
          />
        </Group>
      }
    >
      <Chart
        label={`Accepted, deferred, failed and unknown by the minute${destination ? ` at ${destinationName(destination)}` : ''}`}
        height={240}
        times={series.minutes}
        formatTime={formatClock}
        series={outcomeKinds.map((kind) => ({
          name: outcomes[kind].label,
          tone: outcomes[kind].tone,
          kind: 'bar',
          stack: 'outcomes',
          values: series[kind],
        }))}
      />
    </Section>
  )
}
