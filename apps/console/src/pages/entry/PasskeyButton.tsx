import { Button, Stack } from '@mantine/core'
import { browserSupportsWebAuthn } from '@simplewebauthn/browser'
import { IconFingerprint } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { signInWithPasskey, wasGivenUp } from '../../api/factors.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'

/** Signs in with a passkey alone: no address, no password. */
export function PasskeyButton({ onDone }: { onDone: () => void }) {
  const { mutate, isPending, error } = useMutation({ mutationFn: signInWithPasskey, onSuccess: () => onDone() })
  if (!browserSupportsWebAuthn()) return null
  return (
    <Stack gap="xs">
      <Button
        variant="default"
        fullWidth
        loading={isPending}
        leftSection={<IconFingerprint size={18} stroke={1.6} />}
        onClick={() => mutate()}
      >
        Use a passkey
      </Button>
      {error !== null && !wasGivenUp(error) && <ProblemAlert error={error} />}
    </Stack>
  )
}
