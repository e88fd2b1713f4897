import { Button, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { factorsQuery, renameFactor } from '../../api/factors.ts'
import type { Factor } from '../../api/types.ts'
import { useSubmit } from '../../parts/use-submit.ts'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'

export function RenameFactor({ factor }: { factor: Factor }) {
  const [opened, { open, close }] = useDisclosure()
  return (
    <>
      <Button variant="default" size="compact-sm" onClick={open} aria-label={`Rename ${factor.name}`}>
        Rename
      </Button>
      <Modal opened={opened} onClose={close} title={<Text fw={600}>Rename</Text>}>
        <RenameForm factor={factor} onDone={close} />
      </Modal>
    </>
  )
}

function RenameForm({ factor, onDone }: { factor: Factor; onDone: () => void }) {
  const form = useForm({ initialValues: { name: factor.name } })
  const { submit, isPending, problem } = useSubmit(form, ({ name }) => renameFactor(factor.id, name), {
    refresh: [factorsQuery.queryKey],
    onDone,
  })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Name" required maxLength={100} data-autofocus {...form.getInputProps('name')} />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending}>
          Save
        </Button>
      </Stack>
    </form>
  )
}
