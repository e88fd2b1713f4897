import { Button, Group, Modal, Text } from '@mantine/core'

export interface ConflictDialogProps {
  conflict: boolean
  busy: boolean
  onSettle: (choice: 'mine' | 'theirs' | 'wait') => void
}

/** Two people saved the same email: nobody's work goes without being asked about. */
export function ConflictDialog({ conflict, busy, onSettle }: ConflictDialogProps) {
  return (
    <Modal
      opened={conflict}
      onClose={() => onSettle('wait')}
      title={<Text fw={600}>Someone else saved this email</Text>}
    >
      <Text size="sm" c="dimmed">
        It changed since you opened it. You can put your version over theirs, or take theirs and lose what you changed.
        Closing this keeps both as they are for now.
      </Text>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={() => onSettle('theirs')}>
          Take theirs
        </Button>
        <Button loading={busy} onClick={() => onSettle('mine')}>
          Save mine over it
        </Button>
      </Group>
    </Modal>
  )
}
