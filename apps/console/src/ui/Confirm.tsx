import { Button, Group, Modal, Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'

export interface ConfirmProps {
  title: string
  text: ReactNode
  /** What the button does, in its own words: "Delete contact". */
  action: string
  color?: string
  busy?: boolean
  onConfirm: () => unknown
  /** Draws what opens the question. */
  children: (open: () => void) => ReactNode
}

/** Asks before something that cannot be taken back. Esc and the button beside leave all as it is. */
export function Confirm({ title, text, action, color = 'red', busy = false, onConfirm, children }: ConfirmProps) {
  const [opened, setOpened] = useState(false)
  const close = () => setOpened(false)
  const confirm = async () => {
    await onConfirm()
    close()
  }
  return (
    <>
      {children(() => setOpened(true))}
      <Modal opened={opened} onClose={close} title={<Text fw={600}>{title}</Text>}>
        <Text component="div" size="sm" c="dimmed">
          {text}
        </Text>
        <Group justify="flex-end" mt="lg" gap="xs">
          <Button variant="default" onClick={close} data-autofocus>
            Keep
          </Button>
          <Button color={color} loading={busy} onClick={confirm}>
            {action}
          </Button>
        </Group>
      </Modal>
    </>
  )
}
