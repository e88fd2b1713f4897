import { ActionIcon, Badge, Button, Drawer, Group, Stack, Text, Tooltip } from '@mantine/core'
import { IconMailForward, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { checkSender, deleteSender, sendersQuery } from '../../api/delivery.ts'
import type { Sender, SenderCheck, SenderReadiness } from '../../api/types.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { useMay } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { CopyField } from '../../ui/CopyField.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { Section } from '../../ui/Section.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import { checkStates, senderKinds } from '../../words.ts'
import { SenderForm } from './SenderForm.tsx'

export function SendersSection() {
  const senders = useQuery(sendersQuery)
  const mayWrite = useMay()('delivery.write')
  const [edited, edit] = useState<Sender | 'new'>()
  const close = () => edit(undefined)
  const newButton = mayWrite && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => edit('new')}>
      New sender
    </Button>
  )
  return (
    <>
      <Section
        title="Senders"
        description="From whom messages come and over which server they leave."
        actions={newButton}
        flush
      >
        <Loaded query={senders}>
          {({ rows }) =>
            rows.length === 0 ? (
              <Blank
                icon={IconMailForward}
                title="No senders yet"
                text="Begin with the sandbox: real messages over real SMTP that stay on this machine."
              >
                {newButton}
              </Blank>
            ) : (
              <Stack gap={0}>
                {rows.map((sender) => (
                  <SenderRow key={sender.id} sender={sender} mayWrite={mayWrite} onEdit={() => edit(sender)} />
                ))}
              </Stack>
            )
          }
        </Loaded>
      </Section>
      <Drawer opened={edited !== undefined} onClose={close} title={edited === 'new' ? 'New sender' : 'Change sender'}>
        {edited && <SenderForm sender={edited === 'new' ? undefined : edited} onDone={close} />}
      </Drawer>
    </>
  )
}

function SenderRow({ sender, mayWrite, onEdit }: { sender: Sender; mayWrite: boolean; onEdit: () => void }) {
  const check = useAct(() => checkSender(sender.id))
  return (
    <div style={{ borderTop: '1px solid var(--line)', padding: '14px 20px' }}>
      <Group justify="space-between">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={550}>{sender.name}</Text>
            <Badge color={sender.kind === 'sandbox' ? 'accent' : 'gray'}>{wayOf(sender)}</Badge>
            {sender.trouble && <ToneBadge word={{ label: 'In trouble', tone: 'amber' }} />}
          </Group>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {sender.fromName} &lt;{sender.fromEmail}&gt;
          </Text>
          {sender.trouble && (
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              Left alone <Moment at={sender.trouble.since} />: {sender.trouble.text}
            </Text>
          )}
        </div>
        {mayWrite && (
          <Group gap={6}>
            <Button variant="default" size="xs" loading={check.isPending} onClick={() => check.mutate()}>
              Check
            </Button>
            <Tooltip label="Change">
              <ActionIcon aria-label={`Change ${sender.name}`} onClick={onEdit}>
                <IconPencil size={16} stroke={1.6} />
              </ActionIcon>
            </Tooltip>
            <DeleteSender sender={sender} />
          </Group>
        )}
      </Group>
      {check.data && <Checks {...check.data} />}
    </div>
  )
}

function DeleteSender({ sender }: { sender: Sender }) {
  const remove = useAct(() => deleteSender(sender.id), { done: 'Sender deleted.', refresh: [sendersQuery.queryKey] })
  return (
    <Confirm
      title={`Delete the sender “${sender.name}”?`}
      text="Draft campaigns that use it need another one."
      action="Delete sender"
      busy={remove.isPending}
      onConfirm={() => remove.mutateAsync()}
    >
      {(ask) => (
        <Tooltip label="Delete">
          <ActionIcon aria-label={`Delete ${sender.name}`} onClick={ask}>
            <IconTrash size={16} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      )}
    </Confirm>
  )
}

const checkNames = {
  connection: 'Connection',
  spf: 'SPF',
  dkim: 'DKIM',
  dmarc: 'DMARC',
  ptr: 'Reverse DNS',
  return_path: 'Return path',
  unsubscribe: 'Unsubscribing',
  from: 'From address',
  tracking: 'Tracking domain',
} as const satisfies Record<SenderCheck['name'], string>

function Checks({ checks, bulk }: SenderReadiness) {
  return (
    <Stack gap={6} mt="sm" aria-live="polite">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <div style={{ width: 70, flex: 'none' }}>
          <ToneBadge word={checkStates[bulk.state]} />
        </div>
        <Text size="sm" fw={550}>
          {bulk.text}
        </Text>
      </Group>
      {checks.map(({ name, state, text, record }) => (
        <Group key={name} gap="sm" wrap="nowrap" align="flex-start">
          <div style={{ width: 70, flex: 'none' }}>
            <ToneBadge word={checkStates[state]} />
          </div>
          <div style={{ minWidth: 0, flex: 1 }}>
            <Text size="sm">
              <strong>{checkNames[name]}</strong> {text}
            </Text>
            {record && <CopyField label={`${record.type} record for ${record.name}`} value={record.value} />}
          </div>
        </Group>
      ))}
    </Stack>
  )
}

function wayOf({ kind, smtp, provider }: Sender): string {
  if (kind === 'smtp') return `SMTP · ${smtp?.host}`
  const name = senderKinds[kind]
  return provider?.kind === 'mailgun' ? `${name} · ${provider.domain}` : name
}
