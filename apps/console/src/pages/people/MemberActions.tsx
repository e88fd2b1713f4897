import { Button, Group } from '@mantine/core'
import { membersQuery, offerTransfer, removeMember, teamsQuery, transferQuery } from '../../api/people.ts'
import type { Member } from '../../api/types.ts'
import { useAct } from '../../parts/use-act.tsx'
import { useMe, useWorkspace } from '../../session.ts'
import { Confirm } from '../../ui/Confirm.tsx'
import { rolesFor } from './roles.ts'

/** What one may do with another person of the workspace. */
export function MemberActions({ member }: { member: Member }) {
  const { person } = useMe()
  const own = useWorkspace()?.role
  if (member.userId === person.id || !rolesFor(own).includes(member.role)) return null
  return (
    <Group gap="xs" justify="flex-end" wrap="nowrap">
      {own === 'owner' && member.role !== 'owner' && <OfferOwnership member={member} />}
      <Remove member={member} />
    </Group>
  )
}

function OfferOwnership({ member: { userId, name } }: { member: Member }) {
  const offer = useAct(() => offerTransfer(userId), {
    done: `${name} can accept within 7 days.`,
    refresh: [transferQuery.queryKey],
  })
  return (
    <Confirm
      title={`Hand the workspace over to ${name}?`}
      text="When they accept they become owner and you become admin. Nothing changes before."
      action="Offer ownership"
      color="accent"
      busy={offer.isPending}
      onConfirm={() => offer.mutateAsync().catch(() => undefined)}
    >
      {(ask) => (
        <Button variant="default" size="compact-sm" onClick={ask} aria-label={`Hand over to ${name}`}>
          Hand over
        </Button>
      )}
    </Confirm>
  )
}

function Remove({ member: { userId, name } }: { member: Member }) {
  const remove = useAct(() => removeMember(userId), {
    done: `${name} is no longer in this workspace.`,
    refresh: [membersQuery.queryKey, teamsQuery.queryKey],
  })
  return (
    <Confirm
      title={`Remove ${name}?`}
      text="They lose access at once, and their places in teams. What they made stays."
      action="Remove"
      busy={remove.isPending}
      onConfirm={() => remove.mutateAsync().catch(() => undefined)}
    >
      {(ask) => (
        <Button variant="default" size="compact-sm" onClick={ask} aria-label={`Remove ${name}`}>
          Remove
        </Button>
      )}
    </Confirm>
  )
}
