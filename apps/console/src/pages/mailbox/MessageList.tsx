import { Box, Group, Text, UnstyledButton } from '@mantine/core'
import type { SandboxSummary } from '../../api/types.ts'
import { LoadMore } from '../../parts/PagedTable.tsx'
import { Moment } from '../../ui/Moment.tsx'

export interface MessageListProps {
  rows: readonly SandboxSummary[]
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }
  messageId: string | undefined
  onOpen: (id: string) => void
}

export function MessageList({ rows, list, messageId, onOpen }: MessageListProps) {
  return (
    <Box style={{ height: 'max(520px, calc(100dvh - 250px))', overflowY: 'auto' }}>
      <Box component="ul" m={0} p={0} style={{ listStyle: 'none' }} aria-label="Messages">
        {rows.map(({ id, to, subject, receivedAt }) => (
          <li key={id}>
            <UnstyledButton
              className="message-row"
              aria-current={id === messageId ? 'true' : undefined}
              onClick={() => onOpen(id)}
            >
              <Group justify="space-between" wrap="nowrap" gap="xs">
                <Text size="sm" fw={550} truncate>
                  {to.join(', ')}
                </Text>
                <Text component="div" size="xs" c="dimmed" style={{ flex: 'none' }}>
                  <Moment at={receivedAt} />
                </Text>
              </Group>
              <Text size="sm" c="dimmed" truncate>
                {subject || 'No subject'}
              </Text>
            </UnstyledButton>
          </li>
        ))}
      </Box>
      <LoadMore list={list} />
    </Box>
  )
}
