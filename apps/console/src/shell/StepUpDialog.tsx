import { Modal, Stack, Text } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { stepUp } from '../api/step-up.ts'
import { ProofForm } from '../parts/ProofForm.tsx'

/** Asks for a fresh proof wherever a call wants one; the call goes on by itself afterwards. */
export function StepUpDialog() {
  const isAsked = useSyncExternalStore(
    (listener) => stepUp.onChange(listener),
    () => stepUp.isAsked,
  )
  return (
    <Modal
      opened={isAsked}
      onClose={() => stepUp.answer(false)}
      zIndex={400}
      title={<Text fw={600}>Prove that it is you</Text>}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          This changes how somebody gets in, or cannot be taken back. We ask again when ten minutes have gone by.
        </Text>
        <ProofForm onProven={() => stepUp.answer(true)} />
      </Stack>
    </Modal>
  )
}
