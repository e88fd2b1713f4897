import { Alert, Stack } from '@mantine/core'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { FactorsSection } from './FactorsSection.tsx'

/** All that a workspace with this rule shows to a member who has no second factor: how to add one. */
export function FactorGate() {
  return (
    <Stack gap="lg">
      <PageHeader title="Add a second factor" />
      <Alert color="orange" title="This workspace asks for a second factor">
        Nothing in it opens until your account has one. It takes a minute, and it counts in all of your workspaces.
      </Alert>
      <FactorsSection />
    </Stack>
  )
}
