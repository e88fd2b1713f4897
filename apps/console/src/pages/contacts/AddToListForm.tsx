import { Button, Select, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { addToList, listsQuery } from '../../api/audience.ts'
import { pagesOf } from '../../api/pages.ts'
import { counted } from '../../format.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'

export function AddToListForm({ contactIds, onDone }: { contactIds: string[]; onDone: () => void }) {
  const lists = useQuery(listsQuery)
  const form = useForm({ initialValues: { listId: '' }, validate: { listId: (id) => (id ? null : 'Choose a list') } })
  const { submit, isPending, problem } = useSubmit(form, ({ listId }) => addToList(listId, contactIds), {
    done: ({ added }) => (added === 0 ? 'Already on that list.' : `${counted(added, 'contact')} added to the list.`),
    refresh: [listsQuery.queryKey, pagesOf('/v1/contacts'), ['contact']],
    onDone,
  })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <Select
          label="List"
          placeholder="Choose a list"
          nothingFoundMessage="No lists yet: make one under Contacts, Lists"
          data={lists.data?.rows.map(({ id, name }) => ({ value: id, label: name })) ?? []}
          searchable
          {...form.getInputProps('listId')}
        />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending}>
          Add to list
        </Button>
      </Stack>
    </form>
  )
}
