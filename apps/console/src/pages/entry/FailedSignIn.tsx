import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useSearch } from '@tanstack/react-router'
import { sentenceOfFailure } from '../../sign-in-failures.ts'

/** Why a sign-in elsewhere came to nothing, when the address of the page says so. */
export function FailedSignIn() {
  const { failed } = useSearch({ strict: false }) as { failed?: unknown }
  const sentence = sentenceOfFailure(failed)
  if (sentence === undefined) return null
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} role="alert">
      {sentence}
    </Alert>
  )
}
