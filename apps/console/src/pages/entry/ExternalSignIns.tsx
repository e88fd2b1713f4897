import { Button, Divider, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconLogin2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { signInOptionsQuery, startExternalSignIn } from '../../api/federation.ts'
import type { ExternalSignIn } from '../../api/types.ts'
import { useAct } from '../../parts/use-act.tsx'
import { ownPath } from '../../paths.ts'
import { ProviderMark } from '../../ui/ProviderMark.tsx'

/** One button for each provider that the operator has set up; nothing at all without any. */
export function ExternalSignIns() {
  const options = useQuery(signInOptionsQuery(undefined))
  const start = useStart()
  const providers = options.data?.providers ?? []
  if (providers.length === 0) return null
  return (
    <Stack gap="xs">
      <Divider label="or" labelPosition="center" />
      {providers.map(({ id, name }) => (
        <Button
          key={id}
          variant="default"
          fullWidth
          leftSection={<ProviderMark provider={id} />}
          loading={start.isPending && 'provider' in start.variables && start.variables.provider === id}
          onClick={() => start.mutate({ provider: id })}
        >
          Continue with {name}
        </Button>
      ))}
    </Stack>
  )
}

/** Where addresses of a domain go: said by the domain alone, so that it tells nothing about an account. */
export function SsoOffer({ email }: { email: string }) {
  const [domain] = useDebouncedValue(domainOf(email), 250)
  const options = useQuery({ ...signInOptionsQuery(domain), enabled: domain !== undefined })
  const start = useStart()
  const sso = domain === undefined ? null : options.data?.sso
  if (!sso) return null
  return (
    <Stack gap={6} role="status">
      <Button
        leftSection={<IconLogin2 size={18} stroke={1.6} />}
        loading={start.isPending}
        onClick={() => start.mutate({ domain: sso.domain })}
      >
        Continue with single sign-on
      </Button>
      <Text size="xs" c="dimmed">
        {sso.required
          ? `Addresses of ${sso.domain} sign in with single sign-on.`
          : `${sso.domain} has a single sign-on. You can also use your password.`}
      </Text>
    </Stack>
  )
}

/** Leaves for the provider, and comes back to where the person wanted to go. */
function useStart() {
  const { next } = useSearch({ strict: false }) as { next?: unknown }
  return useAct((wanted: ExternalSignIn) => startExternalSignIn({ ...wanted, returnTo: ownPath(next) }), {
    onDone: ({ url }) => window.location.assign(url),
  })
}

function domainOf(email: string): string | undefined {
  return /@([a-z0-9-]+(?:\.[a-z0-9-]+)+)$/i.exec(email.trim())?.[1]?.toLowerCase()
}
