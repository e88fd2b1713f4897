import { Alert } from '@mantine/core'
import { IconPlayerPause, IconTrash } from '@tabler/icons-react'
import { formatDate } from '../format.ts'
import { TextLink } from '../links.tsx'
import { paths } from '../paths.ts'
import { useMay, useWorkspace } from '../session.ts'

/** Why a workspace can be read and not changed now, on each of its pages. */
export function HaltBanner() {
  const workspace = useWorkspace()
  const mayUndo = useMay()('workspace.own')
  if (workspace?.suspended) {
    return (
      <Alert color="red" mb="lg" icon={<IconPlayerPause size={18} />} title="This workspace is suspended" role="status">
        {workspace.suspended.reason && `${workspace.suspended.reason}. `}
        It can be read, not changed, and sends nothing. Ask who runs this installation.
      </Alert>
    )
  }
  if (!workspace?.deletionAt) return null
  return (
    <Alert
      color="orange"
      mb="lg"
      icon={<IconTrash size={18} />}
      title={`This workspace will be deleted on ${formatDate(workspace.deletionAt)}`}
      role="status"
    >
      Until then it can be read, not changed, and sends nothing.{' '}
      {mayUndo ? (
        <TextLink to={paths.settingsSection('workspace')}>Keep it or export it</TextLink>
      ) : (
        'An owner can keep it.'
      )}
    </Alert>
  )
}
