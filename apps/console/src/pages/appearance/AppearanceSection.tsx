import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { updateAppearance, workspaceAppearanceQuery } from '../../api/appearance.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useMay, useWorkspace } from '../../session.ts'
import { Section } from '../../ui/Section.tsx'
import { DomainSection } from './DomainSection.tsx'
import { LookForm } from './LookForm.tsx'
import { useKeepAppearance } from './use-appearance.ts'

/** How the product presents itself to the people of this workspace and to those it writes to. */
export function AppearanceSection() {
  const workspace = useWorkspace()
  const mayWrite = useMay()('workspace.write')
  const keep = useKeepAppearance()
  const appearance = useQuery({ ...workspaceAppearanceQuery(workspace?.id ?? ''), staleTime: Number.POSITIVE_INFINITY })
  return (
    <Stack gap="lg">
      <Section
        title="Look of this workspace"
        description="In the console, in system mails and on the pages that your recipients see. What you leave empty is taken from the installation."
      >
        <Loaded query={appearance}>
          {(found) => (
            <LookForm settings={found} place="workspace" mayWrite={mayWrite} save={updateAppearance} keep={keep} />
          )}
        </Loaded>
      </Section>
      <Section title="Your own domain" description="The console and your public pages under a name of yours.">
        <Loaded query={appearance}>{({ siteDomain }) => <DomainSection domain={siteDomain} />}</Loaded>
      </Section>
    </Stack>
  )
}
