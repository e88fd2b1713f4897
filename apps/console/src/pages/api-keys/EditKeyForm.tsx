import { Button, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { apiKeysQuery, updateApiKey } from '../../api/identity.ts'
import type { ApiKey } from '../../api/types.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { useWorkspace } from '../../session.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { ExpiryInput } from './ExpiryInput.tsx'
import { NetworksInput } from './NetworksInput.tsx'
import { ScopesInput } from './ScopesInput.tsx'
import { grantable } from './scopes.ts'

/** Changes count from the next call of the key on. */
export function EditKeyForm({ apiKey, onDone }: { apiKey: ApiKey; onDone: () => void }) {
  const all = grantable(apiKey.role, useWorkspace()?.role ?? 'viewer')
  const form = useForm({
    initialValues: {
      name: apiKey.name,
      scopes: apiKey.permissions,
      expiresAt: apiKey.expiresAt,
      allowedNetworks: apiKey.allowedNetworks,
    },
  })
  const { submit, isPending, problem } = useSubmit(
    form,
    ({ scopes, ...values }) =>
      updateApiKey(apiKey.id, {
        name: values.name,
        allowedNetworks: values.allowedNetworks,
        scopes: scopes.length === all.length ? null : scopes,
        // An end that is over and left as it is must not be refused as a new one.
        ...(values.expiresAt === apiKey.expiresAt ? {} : { expiresAt: values.expiresAt }),
      }),
    { done: 'Key changed.', refresh: [apiKeysQuery.queryKey], onDone },
  )
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Name" required data-autofocus {...form.getInputProps('name')} />
        <ScopesInput all={all} {...form.getInputProps('scopes')} value={form.values.scopes} />
        <ExpiryInput {...form.getInputProps('expiresAt')} value={form.values.expiresAt} />
        <NetworksInput {...form.getInputProps('allowedNetworks')} value={form.values.allowedNetworks} />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending} disabled={form.values.scopes.length === 0}>
          Save
        </Button>
      </Stack>
    </form>
  )
}
