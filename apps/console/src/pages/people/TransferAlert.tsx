import { Alert, Button, Group, Stack } from '@mantine/core'
import { IconCrown } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { meQuery } from '../../api/identity.ts'
import { acceptTransfer, endTransfer, membersQuery, transferQuery } from '../../api/people.ts'
import { formatDate } from '../../format.ts'
import { useAct } from '../../parts/use-act.tsx'
import { useMe } from '../../session.ts'

/** An offer of ownership, for the two whom it concerns. */
export function TransferAlert() {
  const transfer = useQuery(transferQuery).data?.transfer
  const members = useQuery(membersQuery).data?.rows
  const { person } = useMe()
  const refresh = [transferQuery.queryKey, membersQuery.queryKey, meQuery.queryKey]
  const accept = useAct(acceptTransfer, { done: 'You own this workspace now.', refresh })
  const end = useAct(endTransfer, { done: 'The offer is gone.', refresh })
  if (!transfer || !members) return null
  const nameOf = (id: string) => members.find(({ userId }) => userId === id)?.name ?? 'Somebody'
  const isMine = transfer.toUserId === person.id
  if (!isMine && transfer.fromUserId !== person.id) return null
  return (
    <Alert
      color="accent"
      icon={<IconCrown size={18} />}
      title={
        isMine
          ? `${nameOf(transfer.fromUserId)} offers you the ownership of this workspace`
          : `You have offered the ownership to ${nameOf(transfer.toUserId)}`
      }
      role="status"
    >
      <Stack gap="sm">
        {isMine
          ? `Accept it by ${formatDate(transfer.expiresAt)}: you become owner and they become admin.`
          : `They can accept by ${formatDate(transfer.expiresAt)}; then you become admin.`}
        <Group gap="xs">
          {isMine && (
            <Button size="xs" loading={accept.isPending} onClick={() => accept.mutate()}>
              Accept the ownership
            </Button>
          )}
          <Button size="xs" variant="default" loading={end.isPending} onClick={() => end.mutate()}>
            {isMine ? 'Decline' : 'Withdraw the offer'}
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}
