import { Alert, Button, Stack } from '@mantine/core'
import type { IssuedApiKey } from '../../api/types.ts'
import { CopyField } from '../../ui/CopyField.tsx'

/** A key as it is shown this one time. */
export function KeyOnce({ issued, onDone }: { issued: IssuedApiKey; onDone: () => void }) {
  return (
    <Stack>
      <Alert color="orange" title="Copy it now">
        It is shown this once. We keep only a fingerprint of it.
      </Alert>
      <CopyField label="Key" value={issued.key} />
      <Button onClick={onDone}>I have it</Button>
    </Stack>
  )
}
