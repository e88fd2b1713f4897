import { Box, Card, Center, Stack, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { LogoMark } from '../../ui/Logo.tsx'

/** The quiet page around the sign-in and the setup. */
export function EntryFrame({ title, text, children }: { title: string; text: ReactNode; children: ReactNode }) {
  useDocumentTitle(`${title} · Fanfare`)
  return (
    <Center mih="100dvh" p="md" component="main">
      <Box w="100%" maw={420}>
        <Stack align="center" gap="xs" mb="lg" ta="center">
          <LogoMark size={44} />
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
