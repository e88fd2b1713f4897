import { Button, Group, Modal, MultiSelect, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconPlus, IconUsersGroup } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import {
  addToTeam,
  createTeam,
  deleteTeam,
  membersQuery,
  removeFromTeam,
  renameTeam,
  teamsQuery,
} from '../../api/people.ts'
import type { Team } from '../../api/types.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { useMay } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { Section } from '../../ui/Section.tsx'

const columns: readonly Column<Team>[] = [
  { header: 'Team', bare: true, cell: ({ name }) => <strong>{name}</strong> },
  { header: 'People', cell: (team) => <TeamPeople team={team} /> },
  { header: '', align: 'right', bare: true, cell: (team) => <TeamActions team={team} /> },
]

/** Named groups of people of the workspace. */
export function TeamsSection() {
  const teams = useQuery(teamsQuery)
  const mayManage = useMay()('members.manage')
  const [isMaking, setMaking] = useState(false)
  return (
    <Section
      title="Teams"
      description="Groups of members, to give work to."
      actions={
        mayManage && (
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
            New team
          </Button>
        )
      }
      flush
    >
      <Loaded query={teams}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Blank
              icon={IconUsersGroup}
              title="No teams yet"
              text="A team gathers people who work on the same things."
            />
          ) : (
            <DataTable label="Teams" rows={rows} columns={columns} keyOf={({ id }) => id} />
          )
        }
      </Loaded>
      <Modal opened={isMaking} onClose={() => setMaking(false)} title={<Text fw={600}>New team</Text>}>
        <TeamForm name="" action="Make team" save={createTeam} onDone={() => setMaking(false)} />
      </Modal>
    </Section>
  )
}

interface TeamFormProps {
  name: string
  action: string
  save: (name: string) => Promise<unknown>
  onDone: () => void
}

function TeamForm({ name, action, save, onDone }: TeamFormProps) {
  const form = useForm({ initialValues: { name } })
  const { submit, isPending, problem } = useSubmit(form, (values) => save(values.name), {
    refresh: [teamsQuery.queryKey],
    onDone,
  })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Name" required data-autofocus {...form.getInputProps('name')} />
        <ProblemAlert error={problem} />
        <Button type="submit" loading={isPending}>
          {action}
        </Button>
      </Stack>
    </form>
  )
}

function TeamPeople({ team }: { team: Team }) {
  const members = useQuery(membersQuery)
  const mayManage = useMay()('members.manage')
  const refresh = [teamsQuery.queryKey]
  const add = useAct((userId: string) => addToTeam(team.id, userId), { refresh })
  const remove = useAct((userId: string) => removeFromTeam(team.id, userId), { refresh })
  const people = members.data?.rows ?? []
  if (!mayManage) {
    const names = people.filter(({ userId }) => team.memberIds.includes(userId)).map(({ name }) => name)
    return names.join(', ') || 'Nobody'
  }
  return (
    <MultiSelect
      aria-label={`People of ${team.name}`}
      placeholder={team.memberIds.length === 0 ? 'Add people' : ''}
      data={people.map(({ userId, name }) => ({ value: userId, label: name }))}
      value={team.memberIds}
      onOptionSubmit={(userId) => (team.memberIds.includes(userId) ? remove : add).mutate(userId)}
      onRemove={(userId) => remove.mutate(userId)}
      searchable
      size="xs"
      maw={420}
    />
  )
}

function TeamActions({ team }: { team: Team }) {
  const mayManage = useMay()('members.manage')
  const [isRenaming, setRenaming] = useState(false)
  const remove = useAct(() => deleteTeam(team.id), { done: 'Deleted.', refresh: [teamsQuery.queryKey] })
  if (!mayManage) return null
  return (
    <Group gap="xs" justify="flex-end" wrap="nowrap">
      <Button
        variant="default"
        size="compact-sm"
        onClick={() => setRenaming(true)}
        aria-label={`Rename the team ${team.name}`}
      >
        Rename
      </Button>
      <Confirm
        title={`Delete the team “${team.name}”?`}
        text="Its people stay in the workspace."
        action="Delete team"
        busy={remove.isPending}
        onConfirm={() => remove.mutateAsync().catch(() => undefined)}
      >
        {(ask) => (
          <Button variant="default" size="compact-sm" onClick={ask} aria-label={`Delete the team ${team.name}`}>
            Delete
          </Button>
        )}
      </Confirm>
      <Modal opened={isRenaming} onClose={() => setRenaming(false)} title={<Text fw={600}>Rename the team</Text>}>
        <TeamForm
          name={team.name}
          action="Rename"
          save={(name) => renameTeam(team.id, name)}
          onDone={() => setRenaming(false)}
        />
      </Modal>
    </Group>
  )
}
