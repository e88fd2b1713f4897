import { Button, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { apiKeysQuery, createApiKey } from '../../api/identity.ts'
import type { IssuedApiKey, NewApiKey } from '../../api/types.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { choicesOf } from '../../words.ts'

const roleChoices = {
  sender: 'Sender: sends messages and looks at them, nothing else',
  viewer: 'Viewer: reads',
  editor: 'Editor: prepares',
  admin: 'Admin: approves and sends',
}

export function ApiKeyForm({ onDone }: { onDone: (issued: IssuedApiKey) => void }) {
  const form = useForm<NewApiKey>({ initialValues: { name: '', role: 'editor' } })
  const { submit, isPending, problem } = useSubmit(form, createApiKey, { refresh: [apiKeysQuery.queryKey], onDone })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Name" placeholder="Shop sync" required data-autofocus {...form.getInputProps('name')} />
        <Select label="Role" data={choicesOf(roleChoices)} allowDeselect={false} {...form.getInputProps('role')} />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending}>
          Make key
        </Button>
      </Stack>
    </form>
  )
}
