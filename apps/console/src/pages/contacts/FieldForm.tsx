import { Button, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { createField, fieldsQuery } from '../../api/audience.ts'
import type { FieldType } from '../../api/types.ts'
import { fieldKeyOf, mergeTag } from '../../parts/merge-tag.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { choicesOf, fieldTypes } from '../../words.ts'

/** A field of the workspace's own. Its key follows the label until someone writes another. */
export function FieldForm({ onDone }: { onDone: () => void }) {
  const form = useForm({ initialValues: { label: '', key: '', type: 'text' as FieldType } })
  const { label, key } = form.values
  const keyFor = (written: string) => written.trim() || (label.trim() && fieldKeyOf(label))
  const shownKey = keyFor(key)
  const { submit, isPending, problem } = useSubmit(
    form,
    (values) => createField({ ...values, key: keyFor(values.key) }),
    {
      done: (field) => `${field.label} can be used as ${mergeTag(field.key)}.`,
      refresh: [fieldsQuery.queryKey],
      onDone,
    },
  )
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Label" required maxLength={100} data-autofocus {...form.getInputProps('label')} />
        <TextInput
          label="Key"
          placeholder={shownKey}
          description={shownKey ? `Emails say ${mergeTag(shownKey)}` : 'What emails name it by'}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          {...form.getInputProps('key')}
        />
        <Select
          label="Type"
          description="Segments compare by it. Key and type stay as they are made."
          data={choicesOf(fieldTypes)}
          allowDeselect={false}
          {...form.getInputProps('type')}
        />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending}>
          Add field
        </Button>
      </Stack>
    </form>
  )
}
