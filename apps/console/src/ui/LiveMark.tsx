import { Group, Text, Tooltip } from '@mantine/core'
import type { LiveState } from '../api/live.ts'

const words = {
  live: { label: 'Live', text: 'Figures arrive as they change.', color: 'var(--tone-green)' },
  connecting: { label: 'Connecting', text: 'Connecting to the server for live figures.', color: 'var(--tone-amber)' },
  polling: {
    label: 'Every few seconds',
    text: 'No live connection: the page reads again now and then.',
    color: 'var(--tone-amber)',
  },
  off: { label: 'Paused', text: 'Nothing on this page is live.', color: 'var(--tone-gray)' },
} as const satisfies Record<LiveState, unknown>

export function LiveMark({ state }: { state: LiveState }) {
  const { label, text, color } = words[state]
  return (
    <Tooltip label={text}>
      <Group gap={7} wrap="nowrap" role="status" aria-label={`${label}: ${text}`}>
        <span className="live-dot" style={{ '--dot': color }} data-pulse={state === 'live' ? '' : undefined} />
        <Text size="xs" c="dimmed" fw={550}>
          {label}
        </Text>
      </Group>
    </Tooltip>
  )
}
