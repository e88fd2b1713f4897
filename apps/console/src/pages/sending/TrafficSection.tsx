import { Group, SegmentedControl, Select } from '@mantine/core'
import type { EngineView } from '../../api/types.ts'
import { formatClock } from '../../format.ts'
import { useFilters } from '../../parts/use-filters.ts'
import { destinationName, destinationTone, outcomes } from '../../sending-words.ts'
import { Chart, type ChartSeries } from '../../ui/Chart.tsx'
import { Section } from '../../ui/Section.tsx'
import { byDestination, byMinute, minutesByDestination, outcomeKinds } from './traffic.ts'

/** Tries by the minute: by what was answered, at one destination or all; or by where they went. */
export function TrafficSection({ view }: { view: EngineView }) {
  const { filters, setFilter } = useFilters(['by', 'destination'])
  const isByDestination = filters.by === 'destination'
  const destination = isByDestination ? undefined : filters.destination
  return (
    <Section
      title="The last hour"
      description={isByDestination ? 'Tries by the minute, by where they went' : 'Tries by the minute, by the answer'}
      actions={
        <Group gap="xs">
          {!isByDestination && (
            <Select
              aria-label="Destination"
              placeholder="All destinations"
              data={choicesFor(view, destination)}
              value={destination ?? null}
              onChange={(value) => setFilter('destination', value)}
              clearable
              w={170}
            />
          )}
          <SegmentedControl
            aria-label="Divide by"
            data={[
              { value: 'answer', label: 'By answer' },
              { value: 'destination', label: 'By destination' },
            ]}
            value={isByDestination ? 'destination' : 'answer'}
            onChange={(value) => setFilter('by', value === 'destination' ? value : undefined)}
          />
        </Group>
      }
    >
      <Chart
        key={isByDestination ? 'destination' : 'answer'}
        label={labelOf(isByDestination, destination)}
        height={240}
        times={byMinute(view).minutes}
        formatTime={formatClock}
        series={isByDestination ? destinationSeries(view) : answerSeries(view, destination)}
      />
    </Section>
  )
}

function choicesFor(view: EngineView, chosen: string | undefined) {
  const present = byDestination(view.traffic).map(({ destination }) => destination)
  return [...new Set([...present, ...(chosen === undefined ? [] : [chosen])])].map((value) => {
    return { value, label: destinationName(value) }
  })
}

function labelOf(isByDestination: boolean, destination: string | undefined): string {
  if (isByDestination) return 'Tries by the minute at each destination'
  const where = destination === undefined ? '' : ` at ${destinationName(destination)}`
  return `Accepted, deferred, failed and unknown by the minute${where}`
}

function answerSeries(view: EngineView, destination: string | undefined): ChartSeries[] {
  const series = byMinute(view, destination)
  return outcomeKinds.map((kind) => {
    const { label, tone } = outcomes[kind]
    return { name: label, tone, kind: 'bar', stack: 'tries', values: series[kind] }
  })
}

function destinationSeries(view: EngineView): ChartSeries[] {
  return minutesByDestination(view).map(({ destination, tries }) => {
    const tone = destinationTone(destination)
    return { name: destinationName(destination), tone, kind: 'bar', stack: 'tries', values: tries }
  })
}
