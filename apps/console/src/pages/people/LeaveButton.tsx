import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { leaveWorkspace } from '../../api/people.ts'
import { chooseWorkspace } from '../../api/workspace.ts'
import { useAct } from '../../parts/use-act.tsx'
import { paths } from '../../paths.ts'
import { useWorkspace } from '../../session.ts'
import { Confirm } from '../../ui/Confirm.tsx'

/** Takes oneself out of the workspace, and goes on in another. */
export function LeaveButton() {
  const workspace = useWorkspace()
  const client = useQueryClient()
  const navigate = useNavigate()
  const leave = useAct(() => leaveWorkspace(workspace?.id ?? ''), {
    done: `You have left ${workspace?.name}.`,
    onDone: async () => {
      chooseWorkspace(undefined)
      client.clear()
      await navigate({ to: paths.home })
    },
  })
  return (
    <Confirm
      title={`Leave ${workspace?.name}?`}
      text="You lose access at once. Somebody has to invite you to come back."
      action="Leave the workspace"
      busy={leave.isPending}
      onConfirm={() => leave.mutateAsync().catch(() => undefined)}
    >
      {(ask) => (
        <Button variant="default" onClick={ask}>
          Leave
        </Button>
      )}
    </Confirm>
  )
}
