import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { externalAccountsQuery, linkExternalAccount, unlinkExternalAccount } from '../../api/federation.ts'
import type { ExternalAccount, ExternalAccounts, ExternalSignIn } from '../../api/types.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { paths } from '../../paths.ts'
import { sentenceOfFailure } from '../../sign-in-failures.ts'
import { Confirm } from '../../ui/Confirm.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { ProviderMark } from '../../ui/ProviderMark.tsx'
import { Section } from '../../ui/Section.tsx'

const columns: readonly Column<ExternalAccount>[] = [
  {
    header: 'With',
    bare: true,
    cell: ({ provider, providerName }) => (
      <Group gap="xs" wrap="nowrap">
        <ProviderMark provider={provider} />
        <strong>{providerName}</strong>
      </Group>
    ),
  },
  { header: 'As', clip: true, cell: ({ email, name }) => email ?? name ?? '' },
  { header: 'Last used', cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} /> },
  { header: '', align: 'right', cell: (account) => <Unlink account={account} /> },
]

/** The accounts elsewhere that open this one. There is nothing to show where the operator has set none up. */
export function LinkedAccountsSection() {
  const accounts = useQuery(externalAccountsQuery)
  const { failed } = useSearch({ strict: false }) as { failed?: unknown }
  const failure = sentenceOfFailure(failed)
  const { data } = accounts
  if (data && data.rows.length === 0 && data.linkable.length === 0 && data.sso === null) return null
  return (
    <Section title="Linked accounts" description="Accounts elsewhere that you sign in with." flush>
      {failure && (
        <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} role="alert" mx="lg" mb="sm">
          {failure}
        </Alert>
      )}
      <Loaded query={accounts}>
        {(linked) => (
          <>
            {linked.rows.length > 0 && (
              <DataTable label="Linked accounts" rows={linked.rows} columns={columns} keyOf={({ id }) => id} />
            )}
            <LinkButtons linked={linked} />
          </>
        )}
      </Loaded>
    </Section>
  )
}

function LinkButtons({ linked: { rows, linkable, sso } }: { linked: ExternalAccounts }) {
  const returnTo = paths.settingsSection('profile')
  const link = useAct((wanted: ExternalSignIn) => linkExternalAccount({ ...wanted, returnTo }), {
    onDone: ({ url }) => window.location.assign(url),
  })
  if (linkable.length === 0 && sso === null) return null
  return (
    <Stack px="lg" py="md" gap="sm">
      {rows.length === 0 && (
        <Text size="sm" c="dimmed">
          None yet. Link one to sign in with it, whatever address it has.
        </Text>
      )}
      <Group gap="xs">
        {sso !== null && (
          <Button
            variant="default"
            size="sm"
            leftSection={<ProviderMark provider="sso" />}
            onClick={() => link.mutate({ domain: sso })}
          >
            Link the single sign-on of {sso}
          </Button>
        )}
        {linkable.map(({ id, name }) => (
          <Button
            key={id}
            variant="default"
            size="sm"
            leftSection={<ProviderMark provider={id} />}
            onClick={() => link.mutate({ provider: id })}
          >
            Link {name}
          </Button>
        ))}
      </Group>
    </Stack>
  )
}

function Unlink({ account }: { account: ExternalAccount }) {
  const remove = useAct(() => unlinkExternalAccount(account.id), {
    done: `${account.providerName} is unlinked.`,
    refresh: [externalAccountsQuery.queryKey],
  })
  return (
    <Confirm
      title={`Unlink ${account.providerName}?`}
      text="You cannot sign in with it any more. Your account there stays as it is."
      action="Unlink"
      busy={remove.isPending}
      onConfirm={() => remove.mutateAsync().catch(() => undefined)}
    >
      {(ask) => (
        <Button variant="default" size="compact-sm" onClick={ask} aria-label={`Unlink ${account.providerName}`}>
          Unlink
        </Button>
      )}
    </Confirm>
  )
}
