import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ssoQuery } from '../../api/federation.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { Section } from '../../ui/Section.tsx'
import { SsoConnectionForm } from './SsoConnectionForm.tsx'
import { SsoDomainsSection } from './SsoDomainsSection.tsx'

/** The workspace's own issuer, and the domains it speaks for. Owners change it, admins see it. */
export function SingleSignOnSection() {
  const settings = useQuery(ssoQuery)
  return (
    <Stack gap="lg">
      <Section
        title="Single sign-on"
        description="People with an address of a verified domain sign in at your OpenID Connect issuer, and come in here with the default role. Your issuer must say that their address is verified (email_verified)."
      >
        <Loaded query={settings}>{(loaded) => <SsoConnectionForm settings={loaded} />}</Loaded>
      </Section>
      <SsoDomainsSection />
    </Stack>
  )
}
