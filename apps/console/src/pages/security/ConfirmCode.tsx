import { Button, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { confirmFactor } from '../../api/factors.ts'
import type { AddedFactor } from '../../api/types.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'

/** The first code of a new factor, which shows that it works. */
export function ConfirmCode({
  factorId,
  text,
  onAdded,
}: {
  factorId: string
  text: string
  onAdded: (added: AddedFactor) => void
}) {
  const form = useForm({ initialValues: { code: '' } })
  const { submit, isPending, problem } = useSubmit(form, ({ code }) => confirmFactor(factorId, code), {
    onDone: onAdded,
  })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput
          label="Code"
          description={text}
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          data-autofocus
          {...form.getInputProps('code')}
        />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending}>
          Add
        </Button>
      </Stack>
    </form>
  )
}
