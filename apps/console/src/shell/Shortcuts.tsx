import { Group, Kbd, Modal, Stack, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { paths } from '../paths.ts'
import { places } from './navigation.ts'

const chordMs = 1_200

/** Keys that work on every page. They stay out of the way while something is being typed. */
export function Shortcuts() {
  const [opened, setOpened] = useState(false)
  const navigate = useNavigate()
  const pressedG = useRef(0)

  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target) || isAsked()) return
    const place = Date.now() - pressedG.current < chordMs && places.find(({ key }) => key === event.key)
    pressedG.current = event.key === 'g' ? Date.now() : 0
    if (place) void navigate({ to: place.to })
    else if (event.key === '?') setOpened(true)
    else if (event.key === 'n') void navigate({ to: paths.newCampaign })
    else if (event.key === '/' && focusSearch()) event.preventDefault()
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event)
    document.addEventListener('keydown', listener)
    return () => document.removeEventListener('keydown', listener)
  }, [])

  return (
    <Modal opened={opened} onClose={() => setOpened(false)} title={<Text fw={600}>Keyboard shortcuts</Text>}>
      <Stack gap="xs">
        {places.map(({ label, key }) => (
          <Keys key={key} label={`Go to ${label}`} keys={['g', key]} />
        ))}
        <Keys label="Find a page, a contact, a campaign" keys={['⌘ / Ctrl', 'K']} />
        <Keys label="New campaign" keys={['n']} />
        <Keys label="Search this page" keys={['/']} />
        <Keys label="Save the email" keys={['⌘ / Ctrl', 'S']} />
        <Keys label="Close" keys={['Esc']} />
        <Keys label="Show this" keys={['?']} />
      </Stack>
    </Modal>
  )
}

function Keys({ label, keys }: { label: string; keys: readonly string[] }) {
  return (
    <Group justify="space-between">
      <Text size="sm">{label}</Text>
      <Group gap={4}>
        {keys.map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </Group>
    </Group>
  )
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

/** Whether a dialog is open: its keys are its own. */
function isAsked(): boolean {
  return document.querySelector('[role="dialog"]') !== null
}

function focusSearch(): boolean {
  const box = document.querySelector<HTMLInputElement>('[data-search-box]')
  box?.focus()
  return box !== null
}
