import { Stack } from '@mantine/core'
import { useMay } from '../../session.ts'
import { WorkspaceForm } from '../settings/WorkspaceForm.tsx'
import { DeletionSection } from './DeletionSection.tsx'
import { ExportSection } from './ExportSection.tsx'

/** The workspace itself, and for its owners what becomes of it. */
export function WorkspaceSection() {
  const mayOwn = useMay()('workspace.own')
  return (
    <Stack gap="lg">
      <WorkspaceForm />
      {mayOwn && <ExportSection />}
      {mayOwn && <DeletionSection />}
    </Stack>
  )
}
