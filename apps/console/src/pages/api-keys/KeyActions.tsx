import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { apiKeysQuery, deleteApiKey, endFormerApiKey } from '../../api/identity.ts'
import type { ApiKey } from '../../api/types.ts'
import { useAct } from '../../parts/use-act.tsx'
import { Confirm } from '../../ui/Confirm.tsx'

export function KeyActions({ apiKey, onEdit, onRotate }: { apiKey: ApiKey; onEdit: () => void; onRotate: () => void }) {
  const refresh = [apiKeysQuery.queryKey]
  const revoke = useAct(() => deleteApiKey(apiKey.id), { done: 'Key revoked.', refresh })
  const end = useAct(() => endFormerApiKey(apiKey.id), { done: 'Only the new secret works now.', refresh })
  return (
    <Confirm
      title={`Revoke “${apiKey.name}”?`}
      text="Programs that use it are refused from now on."
      action="Revoke key"
      busy={revoke.isPending}
      onConfirm={() => revoke.mutateAsync()}
    >
      {(ask) => (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" aria-label={`Actions for ${apiKey.name}`}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={onEdit}>Change</Menu.Item>
            <Menu.Item onClick={onRotate}>Rotate</Menu.Item>
            {apiKey.former && <Menu.Item onClick={() => end.mutate()}>End the old secret now</Menu.Item>}
            <Menu.Item color="red" onClick={ask}>
              Revoke
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </Confirm>
  )
}
