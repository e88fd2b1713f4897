import { ActionIcon, Alert, Button, Group, Menu, Modal, NumberInput, Stack, Text } from '@mantine/core'
import { IconDots, IconKey, IconPencil, IconPlugConnected, IconPower, IconTrash } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { pagesOf } from '../../api/pages.ts'
import type { Webhook } from '../../api/types.ts'
import {
  deleteWebhook,
  rotateWebhookSecret,
  testWebhook,
  updateWebhook,
  webhookMessagesPath,
  webhooksQuery,
} from '../../api/webhooks.ts'
import { formatMs } from '../../format.ts'
import { useAct } from '../../parts/use-act.tsx'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { Confirm } from '../../ui/Confirm.tsx'
import { SecretOnce } from './SecretOnce.tsx'
import { WebhookForm } from './WebhookForm.tsx'

type Dialog = 'change' | 'rotate' | undefined

/** Try it, change it, give it a new secret, switch it off, delete it. */
export function WebhookActions({ webhook }: { webhook: Webhook }) {
  const mayWrite = useMay()('webhooks.write')
  const [dialog, open] = useState<Dialog>()
  const close = () => open(undefined)
  if (!mayWrite) return null
  return (
    <>
      <TestButton webhookId={webhook.id} />
      <More webhook={webhook} onOpen={open} />
      <Modal opened={dialog === 'change'} onClose={close} size="lg" title={<Text fw={600}>Change webhook</Text>}>
        <WebhookForm webhook={webhook} onDone={close} />
      </Modal>
      <Modal opened={dialog === 'rotate'} onClose={close} title={<Text fw={600}>New secret</Text>}>
        <RotateSecret webhookId={webhook.id} onDone={close} />
      </Modal>
    </>
  )
}

function TestButton({ webhookId }: { webhookId: string }) {
  const test = useAct(() => testWebhook(webhookId), {
    refresh: [pagesOf(webhookMessagesPath(webhookId)), webhooksQuery.queryKey],
  })
  const { data } = test
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPlugConnected size={16} />}
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        Send a test event
      </Button>
      <Modal opened={data !== undefined} onClose={test.reset} title={<Text fw={600}>The test event</Text>}>
        {data && (
          <Stack>
            <Alert
              color={data.delivered ? 'teal' : 'red'}
              title={data.delivered ? 'It was taken' : 'It was not taken'}
              role="status"
            >
              {data.status === null ? 'No answer' : `HTTP ${data.status}`} after {formatMs(data.durationMs)}
              {data.error && `. ${data.error}`}
            </Alert>
            {data.response && <pre className="mail-source">{data.response}</pre>}
            <Group justify="flex-end">
              <Button onClick={test.reset}>Close</Button>
            </Group>
          </Stack>
        )}
      </Modal>
    </>
  )
}

function More({ webhook, onOpen }: { webhook: Webhook; onOpen: (dialog: Dialog) => void }) {
  const navigate = useNavigate()
  const isActive = webhook.state === 'active'
  const turn = useAct(() => updateWebhook(webhook.id, { state: isActive ? 'disabled' : 'active' }), {
    done: isActive ? 'Switched off.' : 'Switched on.',
    refresh: [webhooksQuery.queryKey],
  })
  const remove = useAct(() => deleteWebhook(webhook.id), {
    done: 'Webhook deleted.',
    onDone: () => navigate({ to: paths.settingsSection('webhooks') }),
  })
  return (
    <Confirm
      title="Delete this webhook?"
      text="Its history goes, too, and what waits is not sent."
      action="Delete webhook"
      busy={remove.isPending}
      onConfirm={() => remove.mutateAsync()}
    >
      {(ask) => (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label="More for this webhook">
              <IconDots size={18} stroke={1.6} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => onOpen('change')}>
              Change
            </Menu.Item>
            <Menu.Item leftSection={<IconKey size={16} />} onClick={() => onOpen('rotate')}>
              New secret
            </Menu.Item>
            <Menu.Item leftSection={<IconPower size={16} />} onClick={() => turn.mutate()}>
              {isActive ? 'Switch off' : 'Switch on'}
            </Menu.Item>
            <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={ask}>
              Delete
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </Confirm>
  )
}

function RotateSecret({ webhookId, onDone }: { webhookId: string; onDone: () => void }) {
  const [hours, setHours] = useState<number | string>(24)
  const rotate = useAct(() => rotateWebhookSecret(webhookId, Number(hours)), { refresh: [webhooksQuery.queryKey] })
  if (rotate.data) return <SecretOnce secret={rotate.data.secret} onDone={onDone} />
  return (
    <Stack>
      <NumberInput
        label="The old one signs beside it for"
        description="Time to change it at the receiver. 0 when the old one is in wrong hands."
        suffix=" hours"
        min={0}
        max={168}
        value={hours}
        onChange={setHours}
        data-autofocus
      />
      <Group justify="flex-end">
        <Button loading={rotate.isPending} onClick={() => rotate.mutate()}>
          Make a new secret
        </Button>
      </Group>
    </Stack>
  )
}
