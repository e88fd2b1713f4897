import { Button, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { apiKeysQuery, createApiKey } from '../../api/identity.ts'
import type { ApiKey, IssuedApiKey, NewApiKey } from '../../api/types.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { useWorkspace } from '../../session.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { choicesOf } from '../../words.ts'
import { ExpiryInput } from './ExpiryInput.tsx'
import { NetworksInput } from './NetworksInput.tsx'
import { ScopesInput } from './ScopesInput.tsx'
import { grantable } from './scopes.ts'

const roleChoices = {
  sender: 'Sender: sends messages and looks at them, nothing else',
  viewer: 'Viewer: reads',
  editor: 'Editor: prepares',
  admin: 'Admin: approves and sends',
  owner: 'Owner: everything',
} as const satisfies Record<ApiKey['role'], string>

interface Values extends Record<string, unknown> {
  name: string
  role: ApiKey['role']
  scopes: ApiKey['permissions']
  expiresAt: string | null
  allowedNetworks: string[]
}

export function NewKeyForm({ onDone }: { onDone: (issued: IssuedApiKey) => void }) {
  const own = useWorkspace()?.role ?? 'viewer'
  const form = useForm<Values>({
    initialValues: {
      name: '',
      role: 'editor',
      scopes: grantable('editor', own),
      expiresAt: null,
      allowedNetworks: [],
    },
  })
  const { role } = form.values
  const all = grantable(role, own)
  const { submit, isPending, problem } = useSubmit(form, (values) => createApiKey(toNewKey(values, all)), {
    refresh: [apiKeysQuery.queryKey],
    onDone,
  })
  const choices = choicesOf(roleChoices).filter(({ value }) => own === 'owner' || value !== 'owner')
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Name" placeholder="Shop sync" required data-autofocus {...form.getInputProps('name')} />
        <Select
          label="As"
          description="What the list below starts from"
          data={choices}
          allowDeselect={false}
          value={role}
          onChange={(value) => {
            const next = (value ?? 'editor') as ApiKey['role']
            form.setValues({ role: next, scopes: grantable(next, own) })
          }}
        />
        <ScopesInput all={all} {...form.getInputProps('scopes')} value={form.values.scopes} />
        <ExpiryInput {...form.getInputProps('expiresAt')} value={form.values.expiresAt} />
        <NetworksInput {...form.getInputProps('allowedNetworks')} value={form.values.allowedNetworks} />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending} disabled={form.values.scopes.length === 0}>
          Make key
        </Button>
      </Stack>
    </form>
  )
}

/** A key that may do all that its role may is not tied to the permissions of today. */
function toNewKey({ name, role, scopes, expiresAt, allowedNetworks }: Values, all: ApiKey['permissions']): NewApiKey {
  return {
    name,
    role,
    allowedNetworks,
    ...(scopes.length === all.length ? {} : { scopes }),
    ...(expiresAt === null ? {} : { expiresAt }),
  }
}
