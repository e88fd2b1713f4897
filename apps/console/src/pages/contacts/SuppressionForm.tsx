import { Button, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { contactCountsQuery, createSuppression } from '../../api/audience.ts'
import { pagesOf } from '../../api/pages.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'

export function SuppressionForm({ onDone }: { onDone: () => void }) {
  const form = useForm({ initialValues: { email: '', note: '' } })
  const { submit, isPending, problem } = useSubmit(form, createSuppression, {
    done: ({ email }) => `${email} will not be written to.`,
    refresh: [pagesOf('/v1/suppressions'), pagesOf('/v1/contacts'), contactCountsQuery.queryKey],
    onDone,
  })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Email" type="email" required data-autofocus {...form.getInputProps('email')} />
        <TextInput label="Note" placeholder="Who asked, and when" {...form.getInputProps('note')} />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending}>
          Suppress
        </Button>
      </Stack>
    </form>
  )
}
