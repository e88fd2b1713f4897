import { Button, Group, Stack } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { membersQuery } from '../../api/people.ts'
import type { Member } from '../../api/types.ts'
import { formatDate } from '../../format.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useMay, useMe } from '../../session.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Section } from '../../ui/Section.tsx'
import { RuleSection } from '../security/RuleSection.tsx'
import { InvitationsSection } from './InvitationsSection.tsx'
import { InviteDialog } from './InviteDialog.tsx'
import { LeaveButton } from './LeaveButton.tsx'
import { MemberActions } from './MemberActions.tsx'
import { RoleSelect } from './RoleSelect.tsx'
import { TeamsSection } from './TeamsSection.tsx'
import { TransferAlert } from './TransferAlert.tsx'

const columns: readonly Column<Member>[] = [
  { header: 'Name', bare: true, cell: (member) => <PersonName member={member} /> },
  { header: 'Email', clip: true, cell: ({ email }) => email },
  { header: 'Role', cell: (member) => <RoleSelect member={member} /> },
  { header: 'Since', cell: ({ joinedAt }) => formatDate(joinedAt) },
  { header: '', align: 'right', bare: true, cell: (member) => <MemberActions member={member} /> },
]

/** The people of the workspace: who is in it, who is invited, and the teams they work in. */
export function MembersSection() {
  const members = useQuery(membersQuery)
  const may = useMay()
  const mayManage = may('members.manage')
  const [isInviting, setInviting] = useState(false)
  return (
    <Stack gap="lg">
      <TransferAlert />
      <Section
        title="Members"
        description="Owners and admins approve and send; editors prepare; viewers look."
        actions={
          <Group gap="xs">
            <LeaveButton />
            {mayManage && (
              <Button leftSection={<IconUserPlus size={16} />} onClick={() => setInviting(true)}>
                Invite
              </Button>
            )}
          </Group>
        }
        flush
      >
        <Loaded query={members}>
          {({ rows }) => <DataTable label="Members" rows={rows} columns={columns} keyOf={({ userId }) => userId} />}
        </Loaded>
      </Section>
      {mayManage && <InvitationsSection />}
      <TeamsSection />
      {may('workspace.write') && <RuleSection />}
      <InviteDialog opened={isInviting} onClose={() => setInviting(false)} />
    </Stack>
  )
}

function PersonName({ member: { userId, name } }: { member: Member }) {
  const { person } = useMe()
  return (
    <span>
      <strong>{name}</strong>
      {userId === person.id && ' (you)'}
    </span>
  )
}
