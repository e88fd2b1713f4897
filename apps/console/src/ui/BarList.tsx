import { Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { formatNumber } from '../format.ts'
import type { Tone } from '../words.ts'

export interface Bar {
  label: string
  count: number
  tone: Tone
  note?: ReactNode
}

/** Counts of a few things beside each other as lying bars, each with its number. Plain boxes: no drawing library. */
export function BarList({ label, bars }: { label: string; bars: readonly Bar[] }) {
  const most = Math.max(1, ...bars.map(({ count }) => count))
  return (
    <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }} aria-label={label}>
      {bars.map((bar) => (
        <li key={bar.label}>
          <Group justify="space-between" mb={4} gap="xs" wrap="nowrap">
            <Text size="sm">{bar.label}</Text>
            <Text size="sm" className="numbers" style={{ whiteSpace: 'nowrap' }}>
              {bar.note && (
                <Text span size="xs" c="dimmed">
                  {bar.note}{' '}
                </Text>
              )}
              <strong>{formatNumber(bar.count)}</strong>
            </Text>
          </Group>
          <div className="bar-track" aria-hidden="true">
            <div style={{ width: `${(bar.count / most) * 100}%`, '--part': `var(--tone-${bar.tone})` }} />
          </div>
        </li>
      ))}
    </Stack>
  )
}
