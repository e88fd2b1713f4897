import { Box, Card, Center, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { EntryLogo } from '../../ui/Logo.tsx'
import { usePageTitle } from '../../ui/look.ts'

/** The quiet page around the sign-in and the setup. */
export function EntryFrame({ title, text, children }: { title: string; text: ReactNode; children: ReactNode }) {
  usePageTitle(title)
  return (
    <Center mih="100dvh" p="md" component="main">
      <Box w="100%" maw={420}>
        <Stack align="center" gap="xs" mb="lg" ta="center">
          <EntryLogo />
          <Title order={1}>{title}</Title>
          <Text c="dimmed" size="sm" component="div">
            {text}
          </Text>
        </Stack>
        <Card padding="xl">{children}</Card>
      </Box>
    </Center>
  )
}
