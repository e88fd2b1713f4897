import { ActionIcon, Badge, Button, Drawer, Group, Stack, Text, Tooltip } from '@mantine/core'
import { IconMailForward, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { deleteSender, sendersQuery } from '../../api/delivery.ts'
import type { Sender } from '../../api/types.ts'
import { ButtonLink, TextLink } from '../../links.tsx'
import { Loaded } from '../../parts/Loaded.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { Section } from '../../ui/Section.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import { kindOfSender } from '../../words.ts'
import { SenderForm } from './SenderForm.tsx'

export function SendersSection() {
  const senders = useQuery(sendersQuery)
  const mayWrite = useMay()('delivery.write')
  const [edited, edit] = useState<Sender | 'new'>()
  const close = () => edit(undefined)
  const navigate = useNavigate()
  // A new sender of real mail has records to publish first: its page shows them.
  const leadOn = (made: Sender | undefined) => {
    close()
    if (made !== undefined && made.kind !== 'sandbox') void navigate({ to: paths.sender(made.id) })
  }
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
        {edited === 'new' && <SenderForm onDone={leadOn} />}
        {edited !== undefined && edited !== 'new' && <SenderForm sender={edited} onDone={close} />}
      </Drawer>
    </>
  )
}

function SenderRow({ sender, mayWrite, onEdit }: { sender: Sender; mayWrite: boolean; onEdit: () => void }) {
  return (
    <div style={{ borderTop: '1px solid var(--line)', padding: '14px 20px' }}>
      <Group justify="space-between">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs">
            <TextLink to={paths.sender(sender.id)} c="inherit" fw={550}>
              {sender.name}
            </TextLink>
            <Badge color={sender.kind === 'sandbox' ? 'accent' : 'gray'}>{kindOfSender(sender)}</Badge>
            {sender.trouble && <ToneBadge word={{ label: 'In trouble', tone: 'amber' }} />}
          </Group>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {sender.fromName} &lt;{sender.fromEmail}&gt;
          </Text>
          {sender.trouble && (
            <Text component="div" size="sm" style={{ overflowWrap: 'anywhere' }}>
              Left alone <Moment at={sender.trouble.since} />: {sender.trouble.text}
            </Text>
          )}
        </div>
        <Group gap={6}>
          <ButtonLink variant="default" size="xs" to={paths.sender(sender.id)}>
            Readiness and pace
          </ButtonLink>
          {mayWrite && (
            <>
              <Tooltip label="Change">
                <ActionIcon aria-label={`Change ${sender.name}`} onClick={onEdit}>
                  <IconPencil size={16} stroke={1.6} />
                </ActionIcon>
              </Tooltip>
              <DeleteSender sender={sender} />
            </>
          )}
        </Group>
      </Group>
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
