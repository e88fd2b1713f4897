import { Card, Group, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** A part of a page with its heading. */
export function Section({
  title,
  description,
  actions,
  flush = false,
  children,
}: {
  title: string
  description?: ReactNode
  actions?: ReactNode
  /** Without padding around the content: for tables. */
  flush?: boolean
  children: ReactNode
}) {
  return (
    <Card component="section" aria-label={title} padding={0}>
      <Group justify="space-between" px="lg" pt="md" pb={flush ? 'xs' : 0} gap="xs" align="flex-start">
        <div>
          <Title order={2}>{title}</Title>
          {description && (
            <Text component="div" size="sm" c="dimmed" maw={640}>
              {description}
            </Text>
          )}
        </div>
        {actions}
      </Group>
      {flush ? (
        children
      ) : (
        <div style={{ padding: 'var(--mantine-spacing-md) var(--mantine-spacing-lg) var(--mantine-spacing-lg)' }}>
          {children}
        </div>
      )}
    </Card>
  )
}
