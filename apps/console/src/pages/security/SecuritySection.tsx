import { Stack } from '@mantine/core'
import { useMay } from '../../session.ts'
import { FactorsSection } from './FactorsSection.tsx'
import { RecoverySection } from './RecoverySection.tsx'
import { RuleSection } from './RuleSection.tsx'

/** How a person gets in, and what their workspace asks of everybody. */
export function SecuritySection() {
  const may = useMay()
  return (
    <Stack gap="lg">
      <FactorsSection />
      <RecoverySection />
      {may('workspace.write') && <RuleSection />}
    </Stack>
  )
}
