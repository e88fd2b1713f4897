import { Button, Modal, Text } from '@mantine/core'
import { IconPlus, IconWebhook } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { IssuedWebhook, Webhook } from '../../api/types.ts'
import { webhooksQuery } from '../../api/webhooks.ts'
import { counted } from '../../format.ts'
import { TextLink } from '../../links.tsx'
import { Loaded } from '../../parts/Loaded.tsx'
import { paths } from '../../paths.ts'
import { webhookStates } from '../../sending-words.ts'
import { useMay } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { Section } from '../../ui/Section.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import { SecretOnce } from './SecretOnce.tsx'
import { WebhookForm } from './WebhookForm.tsx'

const columns: readonly Column<Webhook>[] = [
  {
    header: 'Address',
    bare: true,
    clip: true,
    cell: ({ id, url, description }) => (
      <>
        <TextLink to={paths.webhook(id)} c="inherit" size="sm" fw={550}>
          {url}
        </TextLink>
        <Text size="xs" c="dimmed" truncate>
          {description}
        </Text>
      </>
    ),
  },
  { header: 'State', cell: (webhook) => <WebhookState webhook={webhook} /> },
  { header: 'Told of', cell: ({ types }) => <span title={types.join(', ')}>{counted(types.length, 'event')}</span> },
  { header: 'Made', cell: ({ createdAt }) => <Moment at={createdAt} /> },
]

export function WebhookState({ webhook: { state, failingSince } }: { webhook: Webhook }) {
  if (state === 'active' && failingSince !== null) return <ToneBadge word={{ label: 'Failing', tone: 'red' }} />
  return <ToneBadge word={webhookStates[state]} />
}

/** The programs that are told of what happens to messages. */
export function WebhooksSection() {
  const webhooks = useQuery(webhooksQuery)
  const mayWrite = useMay()('webhooks.write')
  const [isMaking, setMaking] = useState(false)
  const [issued, setIssued] = useState<IssuedWebhook>()
  const close = () => {
    setMaking(false)
    setIssued(undefined)
  }
  const newButton = mayWrite && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      New webhook
    </Button>
  )
  return (
    <Section
      title="Webhooks"
      description="Programs of yours that are told of what happens to messages."
      actions={newButton}
      flush
    >
      <Loaded query={webhooks}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Blank
              icon={IconWebhook}
              title="No webhooks yet"
              text="Have your shop or CRM told of bounces, complaints, clicks and replies as they happen."
            />
          ) : (
            <DataTable label="Webhooks" rows={rows} columns={columns} keyOf={({ id }) => id} />
          )
        }
      </Loaded>
      <Modal
        opened={isMaking}
        onClose={close}
        size="lg"
        closeOnClickOutside={issued === undefined}
        title={<Text fw={600}>{issued ? 'Its secret' : 'New webhook'}</Text>}
      >
        {issued ? <SecretOnce secret={issued.secret} onDone={close} /> : <WebhookForm onDone={setIssued} />}
      </Modal>
    </Section>
  )
}
