import { Select } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { meQuery } from '../../api/identity.ts'
import { changeRole, membersQuery } from '../../api/people.ts'
import type { Member, Role } from '../../api/types.ts'
import { useAct } from '../../parts/use-act.tsx'
import { useMe, useWorkspace } from '../../session.ts'
import { roleNames } from '../../words.ts'
import { roleChoices, rolesFor } from './roles.ts'

/** A person's role; a select for whoever may decide on it. */
export function RoleSelect({ member: { userId, name, role } }: { member: Member }) {
  const client = useQueryClient()
  const { person } = useMe()
  const own = useWorkspace()?.role
  const change = useAct((wanted: Role) => changeRole(userId, wanted), {
    done: ({ role: given }) => `${name} is ${roleNames[given].toLowerCase()} now.`,
    refresh: [membersQuery.queryKey],
    // One's own buttons follow one's own role.
    onDone: () => void (userId === person.id && client.invalidateQueries({ queryKey: meQuery.queryKey })),
  })
  if (!rolesFor(own).includes(role)) return roleNames[role]
  return (
    <Select
      aria-label={`Role of ${name}`}
      data={roleChoices(own)}
      value={role}
      onChange={(wanted) => wanted !== null && wanted !== role && change.mutate(wanted as Role)}
      disabled={change.isPending}
      allowDeselect={false}
      size="xs"
      w={120}
    />
  )
}
