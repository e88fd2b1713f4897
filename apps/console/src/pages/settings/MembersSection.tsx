import { useQuery } from '@tanstack/react-query'
import { membersQuery } from '../../api/identity.ts'
import type { Member } from '../../api/types.ts'
import { formatDate } from '../../format.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Section } from '../../ui/Section.tsx'
import { roleNames } from '../../words.ts'

const columns: readonly Column<Member>[] = [
  { header: 'Name', bare: true, cell: ({ name }) => <strong>{name}</strong> },
  { header: 'Email', clip: true, cell: ({ email }) => email },
  { header: 'Role', cell: ({ role }) => roleNames[role] },
  { header: 'Since', cell: ({ joinedAt }) => formatDate(joinedAt) },
]

export function MembersSection() {
  const members = useQuery(membersQuery)
  return (
    <Section title="Members" description="Owners and admins approve and send; editors prepare; viewers look." flush>
      <Loaded query={members}>
        {({ rows }) => <DataTable label="Members" rows={rows} columns={columns} keyOf={({ userId }) => userId} />}
      </Loaded>
    </Section>
  )
}
