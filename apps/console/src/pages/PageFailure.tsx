import { Box } from '@mantine/core'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { ProblemAlert } from '../ui/ProblemAlert.tsx'

/** Shown in place of a page that could not be drawn. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const retry = () => {
    reset()
    void router.invalidate()
  }
  return (
    <Box maw={640} mx="auto" mt={80} px="md">
      <ProblemAlert title="This page could not be shown" error={error} onRetry={retry} />
    </Box>
  )
}
