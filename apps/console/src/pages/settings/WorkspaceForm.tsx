import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { meQuery, updateWorkspace } from '../../api/identity.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { useMay, useWorkspace } from '../../session.ts'
import { CopyField } from '../../ui/CopyField.tsx'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { Section } from '../../ui/Section.tsx'

export function WorkspaceForm() {
  const workspace = useWorkspace()
  const mayWrite = useMay()('workspace.write')
  const form = useForm({ initialValues: { name: workspace?.name ?? '' } })
  const { submit, isPending, problem } = useSubmit(form, ({ name }) => updateWorkspace(name), {
    done: 'Saved.',
    refresh: [meQuery.queryKey],
    onDone: () => form.resetDirty(),
  })
  return (
    <Section title="Workspace" description={`You are ${workspace?.role} here.`}>
      <form onSubmit={form.onSubmit(submit)}>
        <Stack maw={480}>
          <TextInput label="Name" required readOnly={!mayWrite} {...form.getInputProps('name')} />
          <CopyField label="Id" value={workspace?.id ?? ''} />
          <ProblemAlert error={problem} />
          {mayWrite && (
            <Group>
              <Button type="submit" loading={isPending} disabled={!form.isDirty()}>
                Save
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Section>
  )
}
