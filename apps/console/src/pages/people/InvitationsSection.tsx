import { Button, Group, Modal, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { invitationsQuery, resendInvitation, revokeInvitation } from '../../api/people.ts'
import type { Invitation, SentInvitation } from '../../api/types.ts'
import { formatDate } from '../../format.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { say, useAct } from '../../parts/use-act.tsx'
import { useWorkspace } from '../../session.ts'
import { Confirm } from '../../ui/Confirm.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { Section } from '../../ui/Section.tsx'
import { roleNames } from '../../words.ts'
import { Sent } from './InviteDialog.tsx'
import { rolesFor } from './roles.ts'

const columns: readonly Column<Invitation>[] = [
  { header: 'Email', bare: true, clip: true, cell: ({ email }) => <strong>{email}</strong> },
  { header: 'Role', cell: ({ role }) => roleNames[role] },
  { header: 'By', cell: ({ invitedBy }) => invitedBy ?? 'Unknown' },
  { header: 'Sent', cell: ({ sentAt }) => <Moment at={sentAt} /> },
  { header: 'Ends', cell: (invitation) => <End invitation={invitation} /> },
  { header: '', align: 'right', bare: true, cell: (invitation) => <Actions invitation={invitation} /> },
]

/** Who is invited and has not come yet. */
export function InvitationsSection() {
  const invitations = useQuery(invitationsQuery)
  return (
    <Loaded query={invitations}>
      {({ rows }) =>
        rows.length === 0 ? null : (
          <Section title="Invitations" description="Sent, and not accepted yet." flush>
            <DataTable label="Invitations" rows={rows} columns={columns} keyOf={({ id }) => id} />
          </Section>
        )
      }
    </Loaded>
  )
}

function End({ invitation: { expiresAt } }: { invitation: Invitation }) {
  if (Date.parse(expiresAt) > Date.now()) return formatDate(expiresAt)
  return (
    <Text span size="sm" c="red">
      Has run out
    </Text>
  )
}

function Actions({ invitation }: { invitation: Invitation }) {
  const own = useWorkspace()?.role
  const [sent, setSent] = useState<SentInvitation>()
  const resend = useAct(() => resendInvitation(invitation.id), {
    refresh: [invitationsQuery.queryKey],
    onDone: (again) => (again.link === null ? say(`Sent to ${again.email} again.`) : setSent(again)),
  })
  const revoke = useAct(() => revokeInvitation(invitation.id), {
    done: 'Revoked: its link no longer works.',
    refresh: [invitationsQuery.queryKey],
  })
  if (!rolesFor(own).includes(invitation.role)) return null
  return (
    <Group gap="xs" justify="flex-end" wrap="nowrap">
      <Button
        variant="default"
        size="compact-sm"
        loading={resend.isPending}
        onClick={() => resend.mutate()}
        aria-label={`Send again to ${invitation.email}`}
      >
        Send again
      </Button>
      <Confirm
        title={`Revoke the invitation of ${invitation.email}?`}
        text="Its link stops working at once."
        action="Revoke"
        busy={revoke.isPending}
        onConfirm={() => revoke.mutateAsync().catch(() => undefined)}
      >
        {(ask) => (
          <Button variant="default" size="compact-sm" onClick={ask} aria-label={`Revoke for ${invitation.email}`}>
            Revoke
          </Button>
        )}
      </Confirm>
      <Modal opened={sent !== undefined} onClose={() => setSent(undefined)} title={<Text fw={600}>A new link</Text>}>
        {sent && <Sent invitation={sent} onDone={() => setSent(undefined)} />}
      </Modal>
    </Group>
  )
}
