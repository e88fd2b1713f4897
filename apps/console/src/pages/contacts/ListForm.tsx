import { Button, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { createList, listsQuery, updateList } from '../../api/audience.ts'
import type { List } from '../../api/types.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'

export function ListForm({ list, onDone }: { list?: List | undefined; onDone: () => void }) {
  const form = useForm({ initialValues: { name: list?.name ?? '', description: list?.description ?? '' } })
  const { submit, isPending, problem } = useSubmit(
    form,
    (values) => (list === undefined ? createList(values) : updateList(list.id, values)),
    { done: list === undefined ? 'List made.' : 'Saved.', refresh: [listsQuery.queryKey], onDone },
  )
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Name" required data-autofocus {...form.getInputProps('name')} />
        <Textarea label="Description" autosize minRows={2} {...form.getInputProps('description')} />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending}>
          {list === undefined ? 'Make list' : 'Save'}
        </Button>
      </Stack>
    </form>
  )
}
