import { Button, Group, Menu, Modal, Stack, Text, TextInput, UnstyledButton } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { IconCheck, IconPlus, IconSelector } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { createWorkspace, meQuery } from '../api/identity.ts'
import { chooseWorkspace } from '../api/workspace.ts'
import { useSubmit } from '../parts/use-submit.ts'
import { paths } from '../paths.ts'
import { useMe, useWorkspace } from '../session.ts'
import { ProblemAlert } from '../ui/ProblemAlert.tsx'

/** Which workspace this is, the others, and a new one. */
export function WorkspaceMenu() {
  const me = useMe()
  const current = useWorkspace()
  const [opened, { open, close }] = useDisclosure()
  const goTo = useWorkspaceSwitch()
  return (
    <>
      <Menu position="bottom-start" width={260}>
        <Menu.Target>
          <UnstyledButton
            px="xs"
            py={6}
            style={{ borderRadius: 8, minWidth: 0 }}
            aria-label={`${current?.name ?? 'No workspace'}: switch workspace`}
          >
            <Group gap={6} wrap="nowrap">
              <Text size="sm" fw={550} truncate maw={180}>
                {current?.name ?? 'No workspace'}
              </Text>
              <IconSelector size={14} stroke={1.6} style={{ flex: 'none', opacity: 0.6 }} />
            </Group>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Workspaces</Menu.Label>
          {me.workspaces.map(({ id, name, role, suspended, deletionAt }) => (
            <Menu.Item
              key={id}
              onClick={() => goTo(id)}
              rightSection={id === current?.id ? <IconCheck size={16} aria-label="current" /> : null}
            >
              <Text size="sm" truncate>
                {name}
              </Text>
              <Text size="xs" c="dimmed">
                {suspended ? `${role} · suspended` : deletionAt ? `${role} · to be deleted` : role}
              </Text>
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconPlus size={16} />} onClick={open}>
            New workspace
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={opened} onClose={close} title={<Text fw={600}>New workspace</Text>}>
        <NewWorkspaceForm onDone={close} />
      </Modal>
    </>
  )
}

export function useWorkspaceSwitch() {
  const client = useQueryClient()
  const navigate = useNavigate()
  return async (id: string) => {
    chooseWorkspace(id)
    await navigate({ to: paths.home })
    // Everything but who is signed in belongs to the workspace just left.
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' })
    await client.invalidateQueries({ queryKey: meQuery.queryKey })
  }
}

export function NewWorkspaceForm({ onDone }: { onDone: () => void }) {
  const goTo = useWorkspaceSwitch()
  const client = useQueryClient()
  const form = useForm({ initialValues: { name: '' } })
  const { submit, isPending, problem } = useSubmit(form, ({ name }) => createWorkspace(name), {
    onDone: async ({ id }) => {
      await client.refetchQueries({ queryKey: meQuery.queryKey })
      await goTo(id)
      onDone()
    },
  })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput
          label="Name"
          description="Contacts, campaigns and senders of one workspace never meet those of another."
          required
          data-autofocus
          {...form.getInputProps('name')}
        />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending}>
          Create workspace
        </Button>
      </Stack>
    </form>
  )
}
