import { Button, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { meQuery } from '../../api/identity.ts'
import { deleteWorkspace, undoDeletion } from '../../api/workspace-life.ts'
import { formatDateTime } from '../../format.ts'
import { useAct } from '../../parts/use-act.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { useWorkspace } from '../../session.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { Section } from '../../ui/Section.tsx'

/** The end of the workspace, which can be undone for a week. */
export function DeletionSection() {
  const workspace = useWorkspace()
  const [isAsking, setAsking] = useState(false)
  const undo = useAct(undoDeletion, { done: 'The workspace stays.', refresh: [meQuery.queryKey] })
  if (workspace?.deletionAt) {
    return (
      <Section
        title="Delete the workspace"
        description={`Everything in it goes at ${formatDateTime(workspace.deletionAt)}.`}
      >
        <Button loading={undo.isPending} onClick={() => undo.mutate()}>
          Keep the workspace
        </Button>
      </Section>
    )
  }
  return (
    <Section
      title="Delete the workspace"
      description="Contacts, campaigns, emails, reports, keys and people: all of it. For 7 days it can be undone; nothing is sent meanwhile."
    >
      <Button color="red" variant="light" onClick={() => setAsking(true)}>
        Delete the workspace
      </Button>
      <Modal opened={isAsking} onClose={() => setAsking(false)} title={<Text fw={600}>Delete {workspace?.name}?</Text>}>
        <DeletionForm name={workspace?.name ?? ''} onDone={() => setAsking(false)} />
      </Modal>
    </Section>
  )
}

function DeletionForm({ name, onDone }: { name: string; onDone: () => void }) {
  const form = useForm({ initialValues: { name: '' } })
  const { submit, isPending, problem } = useSubmit(form, (values) => deleteWorkspace(values.name), {
    refresh: [meQuery.queryKey],
    onDone,
  })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <Text size="sm" c="dimmed">
          Sending stops now. In 7 days everything is deleted for good, unless an owner keeps it before.
        </Text>
        <TextInput
          label={`Type the name of the workspace, ${name}`}
          autoComplete="off"
          data-autofocus
          {...form.getInputProps('name')}
        />
        <ProblemAlert error={problem} />
        <Button type="submit" color="red" loading={isPending} disabled={form.values.name !== name}>
          Delete in 7 days
        </Button>
      </Stack>
    </form>
  )
}
