import { Center, Stack, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { ButtonLink } from '../links.tsx'
import { paths } from '../paths.ts'
import { LogoMark } from '../ui/Logo.tsx'

export function NotFoundPage() {
  useDocumentTitle('Not found · Fanfare')
  return (
    <Center mih="80vh" p="lg">
      <Stack align="center" gap="sm" ta="center" maw={380}>
        <LogoMark size={44} />
        <Title order={1}>There is no such page</Title>
        <Text c="dimmed">The address may have been mistyped, or what was here is gone.</Text>
        <ButtonLink to={paths.home} mt="sm">
          Go home
        </ButtonLink>
      </Stack>
    </Center>
  )
}
