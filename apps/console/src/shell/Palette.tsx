import { ActionIcon, Button, Kbd, Modal } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { lazy, Suspense } from 'react'

const PaletteBox = lazy(() => import('./PaletteBox.tsx').then((loaded) => ({ default: loaded.PaletteBox })))

/** Goes to any page, contact, campaign or email by name; ⌘K or Ctrl-K opens it, also while typing. */
export function Palette() {
  const [opened, { open, close, toggle }] = useDisclosure()
  useHotkeys([['mod+K', toggle]], [], true)
  return (
    <>
      <Button
        variant="default"
        size="xs"
        onClick={open}
        leftSection={<IconSearch size={14} stroke={1.6} />}
        rightSection={<Kbd size="xs">⌘ / Ctrl K</Kbd>}
        aria-keyshortcuts="Meta+K Control+K"
        visibleFrom="sm"
      >
        Find
      </Button>
      <ActionIcon size={32} onClick={open} aria-label="Find" hiddenFrom="sm">
        <IconSearch size={18} stroke={1.6} />
      </ActionIcon>
      <Modal
        opened={opened}
        onClose={close}
        withCloseButton={false}
        centered={false}
        transitionProps={{ duration: 0 }}
        yOffset="12dvh"
        padding={6}
        size="lg"
        attributes={{ content: { 'aria-label': 'Find' } }}
      >
        <Suspense fallback={<div style={{ height: 320 }} />}>
          <PaletteBox onDone={close} />
        </Suspense>
      </Modal>
    </>
  )
}
