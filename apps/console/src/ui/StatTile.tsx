import { Card, Group, Skeleton, Text, Tooltip } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'

export interface StatTileProps {
  label: string
  value: string | undefined
  note?: ReactNode
  explanation?: string | undefined
}

export function StatTile({ label, value, note, explanation }: StatTileProps) {
  return (
    <Card padding="md" component="section" aria-label={label}>
      <Group gap={4} wrap="nowrap">
        <Text size="sm" c="dimmed" truncate>
          {label}
        </Text>
        {explanation && (
          <Tooltip label={explanation}>
            <Text span c="dimmed" tabIndex={0} lh={0} aria-label={explanation} role="note">
              <IconInfoCircle size={14} stroke={1.6} />
            </Text>
          </Tooltip>
        )}
      </Group>
      {value === undefined ? (
        <Skeleton h={28} w={80} my={4} />
      ) : (
        <Text fz="1.625rem" fw={620} lh={1.35} className="numbers" style={{ letterSpacing: '-0.02em' }}>
          {value}
        </Text>
      )}
      <Text component="div" size="xs" c="dimmed" mih={18}>
        {note}
      </Text>
    </Card>
  )
}
