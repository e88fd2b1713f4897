import { Box, Group, Text, Tooltip } from '@mantine/core'
import { formatClock, formatNumber } from '../format.ts'

export interface Hour {
  at: string
  sent: number
  opens: number
  clicks: number
}

const height = 150
const parts = [
  { name: 'sent', label: 'Sent', tone: 'accent' },
  { name: 'opens', label: 'Opens', tone: 'green' },
  { name: 'clicks', label: 'Clicks', tone: 'amber' },
] as const
const labelEvery = 6

/** A day by the hour. Plain boxes, so that the first page loads no drawing library. */
export function HourBars({ hours }: { hours: readonly Hour[] }) {
  const most = Math.max(1, ...hours.flatMap(({ sent, opens, clicks }) => [sent, opens, clicks]))
  const total = (name: (typeof parts)[number]['name']) => hours.reduce((sum, hour) => sum + hour[name], 0)
  return (
    <Box>
      <Group gap="lg" mb="sm">
        {parts.map(({ name, label, tone }) => (
          <Group key={name} gap={7}>
            <span className="swatch" style={{ '--part': `var(--tone-${tone})` }} />
            <Text size="xs" c="dimmed" className="numbers">
              {label} {formatNumber(total(name))}
            </Text>
          </Group>
        ))}
      </Group>
      <Box
        className="hour-bars"
        h={height}
        role="img"
        aria-label={sentence(total('sent'), total('opens'), total('clicks'))}
      >
        {hours.map((hour) => (
          <Tooltip key={hour.at} label={<HourNote hour={hour} />} openDelay={0}>
            <div className="hour">
              {parts.map(({ name, tone }) => (
                <i
                  key={name}
                  style={{ '--part': `var(--tone-${tone})`, height: `${(hour[name] / most) * 100}%` }}
                  data-empty={hour[name] === 0 ? '' : undefined}
                />
              ))}
            </div>
          </Tooltip>
        ))}
      </Box>
      <Group justify="space-between" mt={6} wrap="nowrap" aria-hidden="true">
        {hours
          .filter((_, index) => index % labelEvery === 0 || index === hours.length - 1)
          .map(({ at }) => (
            <Text key={at} size="xs" c="dimmed" className="numbers">
              {formatClock(at)}
            </Text>
          ))}
      </Group>
    </Box>
  )
}

function HourNote({ hour }: { hour: Hour }) {
  return (
    <span className="numbers">
      {formatClock(hour.at)}: {formatNumber(hour.sent)} sent, {formatNumber(hour.opens)} opens,{' '}
      {formatNumber(hour.clicks)} clicks
    </span>
  )
}

function sentence(sent: number, opens: number, clicks: number): string {
  return `In the last 24 hours ${formatNumber(sent)} sent, ${formatNumber(opens)} opens and ${formatNumber(clicks)} clicks`
}
