import { Badge, Button, Group, Input, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useHotkeys } from '@mantine/hooks'
import { useRef } from 'react'
import { partialReaders, savePartial } from '../../api/content.ts'
import type { EmailPartial } from '../../api/types.ts'
import { TextLink } from '../../links.tsx'
import { partialTag } from '../../parts/merge-tag.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { CodeEditor, type CodeHandle } from '../../ui/CodeEditor.tsx'
import { CopyTag } from '../../ui/CopyTag.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { FieldPicker } from '../emails/FieldPicker.tsx'
import { UnsavedGuard } from '../emails/UnsavedGuard.tsx'
import { nameFault } from './partial-name.ts'

export interface PartialEditorProps {
  /** None: a new one is made. */
  partial?: EmailPartial
  /** Names that a new one may not have: saving it would put it over another. */
  taken?: readonly string[]
  onMade?: (name: string) => void
}

/** A piece that emails name. Its name stays, because emails go by it. */
export function PartialEditor({ partial, taken = [], onMade }: PartialEditorProps) {
  const mayWrite = useMay()('content.write')
  const code = useRef<CodeHandle>(null)
  const form = useForm({
    initialValues: { name: partial?.name ?? '', body: partial?.body ?? '' },
    validate: { name: (name) => (partial === undefined ? (nameFault(name, taken) ?? null) : null) },
  })
  const { submit, isPending, problem } = useSubmit(
    form,
    async (values) => {
      const saved = await savePartial(values.name, values.body)
      form.resetDirty(values)
      return saved
    },
    { done: 'Saved.', refresh: partialReaders, onDone: ({ name }) => onMade?.(name) },
  )
  const isDirty = form.isDirty()
  const save = form.onSubmit(submit)
  useHotkeys([['mod+S', () => isDirty && mayWrite && save()]], [], true)
  return (
    <form onSubmit={save}>
      <PageHeader
        title={partial?.name ?? 'New partial'}
        above={
          <TextLink to={paths.partials} c="dimmed">
            Partials
          </TextLink>
        }
        beside={isDirty && <Badge color="orange">Not saved</Badge>}
        description={partial && <CopyTag value={partialTag(partial.name)} />}
      >
        {mayWrite && (
          <Button type="submit" loading={isPending} disabled={!isDirty}>
            Save
          </Button>
        )}
      </PageHeader>
      <Stack gap="sm">
        {partial === undefined && (
          <TextInput
            label="Name"
            required
            maw={360}
            description="Lower-case letters, digits, - and _"
            {...form.getInputProps('name')}
          />
        )}
        <Group justify="space-between" align="flex-end">
          <Input.Label labelElement="div">Body</Input.Label>
          {mayWrite && <FieldPicker onPick={(text) => code.current?.insert(text)} />}
        </Group>
        <CodeEditor
          ref={code}
          label="Body of the partial"
          height={420}
          value={form.values.body}
          onChange={(body) => form.setFieldValue('body', body)}
          readOnly={!mayWrite}
        />
        <ProblemAlert error={problem} />
      </Stack>
      <UnsavedGuard isDirty={isDirty} />
    </form>
  )
}
