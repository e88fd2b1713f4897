import { Alert, Button, Stack } from '@mantine/core'
import { CopyField } from '../../ui/CopyField.tsx'

/** A secret as it is shown this one time. */
export function SecretOnce({ secret, onDone }: { secret: string; onDone: () => void }) {
  return (
    <Stack>
      <Alert color="orange" title="Copy it now">
        It is shown this once. With it the receiver checks that a call is ours.
      </Alert>
      <CopyField label="Secret" value={secret} />
      <Button onClick={onDone}>I have it</Button>
    </Stack>
  )
}
