import { Badge, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconWorldCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { addSsoDomain, deleteSsoDomain, ssoDomainsQuery, verifySsoDomain } from '../../api/federation.ts'
import type { SsoDomain } from '../../api/types.ts'
import { formatDate } from '../../format.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { useMay } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { CopyField } from '../../ui/CopyField.tsx'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { Section } from '../../ui/Section.tsx'

/** The domains that the issuer speaks for: each proven by a TXT record, and each of one workspace only. */
export function SsoDomainsSection() {
  const domains = useQuery(ssoDomainsQuery)
  const mayOwn = useMay()('workspace.own')
  return (
    <Section
      title="Verified domains"
      description="Single sign-on lets in addresses of these domains, and no others. Prove each by a TXT record."
    >
      <Stack>
        {mayOwn && <AddDomain />}
        <Loaded query={domains}>
          {({ rows }) =>
            rows.length === 0 ? (
              <Blank icon={IconWorldCheck} title="No domains yet" text="Without one, single sign-on lets nobody in." />
            ) : (
              <Stack component="ul" m={0} p={0} gap="md" aria-label="Domains" style={{ listStyle: 'none' }}>
                {rows.map((domain) => (
                  <Domain key={domain.id} domain={domain} mayOwn={mayOwn} />
                ))}
              </Stack>
            )
          }
        </Loaded>
      </Stack>
    </Section>
  )
}

function AddDomain() {
  const form = useForm({ initialValues: { domain: '' } })
  const { submit, isPending, problem } = useSubmit(form, ({ domain }) => addSsoDomain(domain), {
    refresh: [ssoDomainsQuery.queryKey],
    onDone: () => form.reset(),
  })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack maw={560} gap="xs">
        <Group align="flex-end" wrap="nowrap">
          <TextInput
            label="Domain"
            placeholder="example.com"
            required
            style={{ flex: 1 }}
            {...form.getInputProps('domain')}
          />
          <Button type="submit" variant="default" loading={isPending}>
            Add domain
          </Button>
        </Group>
        <ProblemAlert error={problem} />
      </Stack>
    </form>
  )
}

function Domain({ domain, mayOwn }: { domain: SsoDomain; mayOwn: boolean }) {
  const { record, verifiedAt } = domain
  return (
    <Stack component="li" gap="xs" aria-label={domain.domain}>
      <Group justify="space-between">
        <Group gap="xs">
          <Text fw={600}>{domain.domain}</Text>
          <Badge color={verifiedAt ? 'teal' : 'orange'}>{verifiedAt ? 'Verified' : 'Not verified'}</Badge>
          {verifiedAt && (
            <Text size="xs" c="dimmed">
              since {formatDate(verifiedAt)}
            </Text>
          )}
        </Group>
        {mayOwn && <DeleteDomain domain={domain} />}
      </Group>
      {record && (
        <Stack gap="xs" maw={560}>
          <Text size="sm" c="dimmed">
            Publish this TXT record, then verify. It is good until {formatDate(record.validUntil)}; adding the domain
            again makes a new one.
          </Text>
          <CopyField label="Name" value={record.name} />
          <CopyField label="Value" value={record.value} />
          {mayOwn && <VerifyDomain domain={domain} />}
        </Stack>
      )}
    </Stack>
  )
}

function VerifyDomain({ domain }: { domain: SsoDomain }) {
  const verify = useAct(() => verifySsoDomain(domain.id), {
    done: `${domain.domain} is verified.`,
    refresh: [ssoDomainsQuery.queryKey],
  })
  return (
    <Group>
      <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
        Verify {domain.domain}
      </Button>
    </Group>
  )
}

function DeleteDomain({ domain }: { domain: SsoDomain }) {
  const remove = useAct(() => deleteSsoDomain(domain.id), {
    done: `${domain.domain} is deleted.`,
    refresh: [ssoDomainsQuery.queryKey],
  })
  return (
    <Confirm
      title={`Delete ${domain.domain}?`}
      text="Single sign-on lets in nobody with an address of this domain any more. Members stay members."
      action="Delete domain"
      busy={remove.isPending}
      onConfirm={() => remove.mutateAsync().catch(() => undefined)}
    >
      {(ask) => (
        <Button variant="default" size="compact-sm" onClick={ask} aria-label={`Delete ${domain.domain}`}>
          Delete
        </Button>
      )}
    </Confirm>
  )
}
