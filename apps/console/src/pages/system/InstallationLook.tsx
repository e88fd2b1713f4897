import { useQuery, useQueryClient } from '@tanstack/react-query'
import { systemAppearanceQuery, updateSystemAppearance } from '../../api/appearance.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useMe } from '../../session.ts'
import { Section } from '../../ui/Section.tsx'
import { LookForm } from '../appearance/LookForm.tsx'

/** For who runs the installation: what workspaces show that chose nothing. */
export function InstallationLook() {
  return useMe().person.isOperator ? <Look /> : null
}

function Look() {
  const client = useQueryClient()
  const look = useQuery({ ...systemAppearanceQuery, staleTime: Number.POSITIVE_INFINITY })
  return (
    <Section
      title="Look of the installation"
      description="What you choose here shows on the sign-in page, and in every workspace that chose nothing."
    >
      <Loaded query={look}>
        {(found) => (
          <LookForm
            settings={found}
            place="system"
            mayWrite
            save={updateSystemAppearance}
            keep={(kept) => {
              client.setQueryData(systemAppearanceQuery.queryKey, kept)
              // The console may wear it.
              void client.invalidateQueries({ queryKey: ['appearance'] })
              void client.invalidateQueries({ queryKey: ['workspace-appearance'] })
            }}
          />
        )}
      </Loaded>
    </Section>
  )
}
