import { Center, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'

/** Shown where a list would be when there is nothing yet: what belongs here, and the step that brings it. */
export function Blank({
  icon: Picture,
  title,
  text,
  children,
}: {
  icon: Icon
  title: string
  text: ReactNode
  children?: ReactNode
}) {
  return (
    <Center py={48} px="md">
      <Stack align="center" gap="sm" maw={420} ta="center">
        <ThemeIcon variant="light" size={48} radius="xl" aria-hidden="true">
          <Picture size={24} stroke={1.6} />
        </ThemeIcon>
        <Title order={2}>{title}</Title>
        <Text c="dimmed" size="sm">
          {text}
        </Text>
        {children}
      </Stack>
    </Center>
  )
}
