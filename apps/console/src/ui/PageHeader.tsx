import { Box, Group, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { usePageTitle } from './look.ts'

export interface PageHeaderProps {
  title: string
  /** Over the title: where this page hangs. */
  above?: ReactNode
  description?: ReactNode
  /** Beside the title: a state, a live mark. */
  beside?: ReactNode
  /** To the right: what one can do here. */
  children?: ReactNode
}

export function PageHeader({ title, above, description, beside, children }: PageHeaderProps) {
  usePageTitle(title)
  return (
    <Box component="header" mb="lg">
      {above && (
        <Text component="div" size="sm" c="dimmed" mb={4}>
          {above}
        </Text>
      )}
      <Group justify="space-between" align="flex-start" gap="sm">
        <Box style={{ flex: '1 1 260px', minWidth: 0 }}>
          <Group gap="md">
            <Title order={1} style={{ letterSpacing: '-0.015em', overflowWrap: 'anywhere' }}>
              {title}
            </Title>
            {beside}
          </Group>
          {description && (
            <Text component="div" c="dimmed" size="sm" mt={4} maw={680}>
              {description}
            </Text>
          )}
        </Box>
        {children && <Group gap="xs">{children}</Group>}
      </Group>
    </Box>
  )
}
