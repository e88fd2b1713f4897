import { Center, Stack, Text, Title } from '@mantine/core'
import { ButtonLink } from '../links.tsx'
import { paths } from '../paths.ts'
import { LogoMark } from '../ui/Logo.tsx'
import { usePageTitle } from '../ui/look.ts'

export function NotFoundPage() {
  usePageTitle('Not found')
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
