import { Anchor, AppShell, Box, Burger, Center, Group, Kbd, Loader, Progress, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Outlet, useRouterState } from '@tanstack/react-router'
import { Suspense, useEffect } from 'react'
import { MenuLink, TextLink } from '../links.tsx'
import { FactorGate } from '../pages/security/FactorGate.tsx'
import { isOwnPath, paths } from '../paths.ts'
import { useMay, useMe, useWorkspace } from '../session.ts'
import { Logo } from '../ui/Logo.tsx'
import { useLook } from '../ui/look.ts'
import { HaltBanner } from './HaltBanner.tsx'
import { places } from './navigation.ts'
import { Palette } from './Palette.tsx'
import { SessionWatch } from './SessionWatch.tsx'
import { Shortcuts } from './Shortcuts.tsx'
import { StepUpDialog } from './StepUpDialog.tsx'
import { UserMenu } from './UserMenu.tsx'
import { NewWorkspaceForm, WorkspaceMenu } from './WorkspaceMenu.tsx'

/** What surrounds every page of a signed-in person. */
export function Frame() {
  const [opened, { toggle, close }] = useDisclosure()
  const workspace = useWorkspace()
  const { factorNeededIn } = useMe()
  const { productName } = useLook()
  const pathname = useRouterState({ select: ({ location }) => location.pathname })
  const isBarred = workspace !== undefined && factorNeededIn.includes(workspace.id)
  const page = isOwnPath(pathname) ? (
    <Outlet />
  ) : workspace === undefined ? (
    <NoWorkspace />
  ) : isBarred ? (
    <FactorGate />
  ) : (
    <Outlet />
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the drawer closes when the page changes
  useEffect(close, [pathname])
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'md', sm: 'xl' }}
      transitionDuration={150}
    >
      <a className="skip-link" href="#page">
        Skip to the page
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="xs" wrap="nowrap" style={{ minWidth: 0 }}>
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <TextLink
              to={paths.home}
              c="inherit"
              underline="never"
              aria-label={`${productName}, home`}
              visibleFrom="xs"
            >
              <Logo />
            </TextLink>
            <Text c="dimmed" visibleFrom="xs" aria-hidden="true" opacity={0.4}>
              /
            </Text>
            <WorkspaceMenu />
          </Group>
          <Group gap="sm" wrap="nowrap">
            {workspace && <Palette />}
            <UserMenu />
          </Group>
        </Group>
        <Waiting />
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-label="Main">
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="page" tabIndex={-1} style={{ outline: 'none' }}>
        <Box maw={1240} mx="auto" key={workspace?.id}>
          <HaltBanner />
          <Suspense fallback={<PageLoader />}>{page}</Suspense>
        </Box>
      </AppShell.Main>
      <Shortcuts />
      <StepUpDialog />
      <SessionWatch key={workspace?.id} />
    </AppShell>
  )
}

function Navigation() {
  const may = useMay()
  const pathname = useRouterState({ select: ({ location }) => location.pathname })
  const isHere = (to: string) => (to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(`${to}/`))
  return (
    <>
      <AppShell.Section grow>
        <Stack gap={2}>
          {places
            .filter(({ permission }) => may(permission))
            .map(({ label, to, icon: Picture }) => (
              <MenuLink
                key={to}
                to={to}
                label={label}
                active={isHere(to)}
                aria-current={isHere(to) ? 'page' : undefined}
                leftSection={<Picture size={18} stroke={1.6} />}
              />
            ))}
        </Stack>
      </AppShell.Section>
      <AppShell.Section>
        <Group justify="space-between" px="sm" py={6} wrap="nowrap">
          <Anchor href="/docs/api" target="_blank" rel="noreferrer" size="xs" c="dimmed">
            API reference
          </Anchor>
          <Group gap={6} wrap="nowrap" visibleFrom="sm">
            <Text size="xs" c="dimmed">
              Keys
            </Text>
            <Kbd size="xs">?</Kbd>
          </Group>
        </Group>
      </AppShell.Section>
    </>
  )
}

/** A thin line under the header while the next page is on its way. */
function Waiting() {
  const isLoading = useRouterState({ select: ({ status }) => status === 'pending' })
  if (!isLoading) return null
  return (
    <Progress
      value={100}
      animated
      size={2}
      radius={0}
      aria-label="Loading the page"
      style={{ position: 'absolute', insetInline: 0, bottom: -1 }}
    />
  )
}

function PageLoader() {
  return (
    <Center h="50vh">
      <Loader type="dots" aria-label="Loading" />
    </Center>
  )
}

function NoWorkspace() {
  return (
    <Stack maw={420} mx="auto" mt={80}>
      <Title order={1}>Make a workspace</Title>
      <Text c="dimmed">You are signed in but belong to no workspace yet.</Text>
      <NewWorkspaceForm onDone={() => undefined} />
    </Stack>
  )
}
