import { Box, Group, SimpleGrid, Text } from '@mantine/core'
import { formatNumber, formatPercent } from '../format.ts'
import type { Tone } from '../words.ts'

export interface BarPart {
  label: string
  count: number
  tone: Tone
  /** Hatched: not settled yet, or not known. */
  pattern?: boolean
  explanation: string
}

/** A whole and its parts, each with its number and what it means; the parts always add up to the whole. */
export function StackBar({ label, parts }: { label: string; parts: readonly BarPart[] }) {
  const whole = parts.reduce((sum, { count }) => sum + count, 0)
  return (
    <Box>
      <StackStrip label={label} parts={parts} />
      <SimpleGrid cols={{ base: 1, xs: 2, md: parts.length }} mt="md" spacing="md" verticalSpacing="sm">
        {parts.map((part) => (
          <Box key={part.label}>
            <Group gap={7} wrap="nowrap">
              <span className="swatch" style={{ '--part': `var(--tone-${part.tone})` }} />
              <Text size="sm">{part.label}</Text>
            </Group>
            <Text fw={620} fz="lg" className="numbers">
              {formatNumber(part.count)}{' '}
              <Text span size="sm" c="dimmed" fw={400}>
                {formatPercent(part.count, whole)}
              </Text>
            </Text>
            <Text size="xs" c="dimmed">
              {part.explanation}
            </Text>
          </Box>
        ))}
      </SimpleGrid>
    </Box>
  )
}

/** The bar alone. */
export function StackStrip({ label, parts }: { label: string; parts: readonly BarPart[] }) {
  const said = parts.map((part) => `${part.label} ${formatNumber(part.count)}`).join(', ')
  return (
    <div className="stack-bar" role="img" aria-label={`${label}: ${said}`}>
      {parts
        .filter(({ count }) => count > 0)
        .map((part) => (
          <div
            key={part.label}
            data-pattern={part.pattern ? '' : undefined}
            style={{ flexGrow: part.count, '--part': `var(--tone-${part.tone})` }}
          />
        ))}
    </div>
  )
}
