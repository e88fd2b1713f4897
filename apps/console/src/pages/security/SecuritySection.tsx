import { Stack } from '@mantine/core'
import { FactorsSection } from './FactorsSection.tsx'
import { RecoverySection } from './RecoverySection.tsx'

/** How a person gets in. */
export function SecuritySection() {
  return (
    <Stack gap="lg">
      <FactorsSection />
      <RecoverySection />
    </Stack>
  )
}
