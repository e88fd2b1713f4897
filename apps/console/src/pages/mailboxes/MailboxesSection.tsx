import { ActionIcon, Alert, Button, Drawer, Group, Stack, Text, Tooltip } from '@mantine/core'
import { IconMailOpened, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { checkMailbox, deleteMailbox, mailboxesQuery } from '../../api/mailboxes.ts'
import type { Mailbox } from '../../api/types.ts'
import { counted, formatNumber } from '../../format.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { useMay } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { Section } from '../../ui/Section.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import { MailboxForm } from './MailboxForm.tsx'
import { MailboxMessages } from './MailboxMessages.tsx'

type Open = { kind: 'new' } | { kind: 'edit' | 'messages'; mailbox: Mailbox } | undefined

/** The mailboxes that bounces, complaints and replies come to. */
export function MailboxesSection() {
  const mailboxes = useQuery(mailboxesQuery)
  const mayWrite = useMay()('delivery.write')
  const [opened, open] = useState<Open>()
  const close = () => open(undefined)
  const newButton = mayWrite && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => open({ kind: 'new' })}>
      Add mailbox
    </Button>
  )
  return (
    <>
      <Section
        title="Return-path mailboxes"
        description="Bounces, complaints and replies are read from them now and then. Where your MX leads to the SMTP intake of this installation, none is needed."
        actions={newButton}
        flush
      >
        <Loaded query={mailboxes}>
          {({ rows }) =>
            rows.length === 0 ? (
              <Blank
                icon={IconMailOpened}
                title="No mailbox is read"
                text="Add the one that bounces of your senders come to, and dead addresses are suppressed by themselves."
              >
                {newButton}
              </Blank>
            ) : (
              <Stack gap={0} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
                {rows.map((mailbox) => (
                  <MailboxRow key={mailbox.id} mailbox={mailbox} mayWrite={mayWrite} onOpen={open} />
                ))}
              </Stack>
            )
          }
        </Loaded>
      </Section>
      <Drawer opened={opened !== undefined} onClose={close} title={titleOf(opened)}>
        {opened?.kind === 'messages' && <MailboxMessages mailboxId={opened.mailbox.id} />}
        {opened?.kind === 'edit' && <MailboxForm mailbox={opened.mailbox} onDone={close} />}
        {opened?.kind === 'new' && <MailboxForm onDone={close} />}
      </Drawer>
    </>
  )
}

function titleOf(opened: Open): string {
  if (opened?.kind === 'messages') return `Read from ${opened.mailbox.name}`
  return opened?.kind === 'edit' ? 'Change mailbox' : 'Add a mailbox'
}

interface MailboxRowProps {
  mailbox: Mailbox
  mayWrite: boolean
  onOpen: (open: Open) => void
}

function MailboxRow({ mailbox, mayWrite, onOpen }: MailboxRowProps) {
  const check = useAct(() => checkMailbox(mailbox.id))
  const { name, username, host, protocol, polledAt, handled, unmatched, broken } = mailbox
  return (
    <li style={{ borderTop: '1px solid var(--line)', padding: '14px 20px' }}>
      <Group justify="space-between" gap="sm">
        <div style={{ flex: '1 1 300px', minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={550}>{name}</Text>
            <ToneBadge word={stateOf(mailbox)} />
          </Group>
          <Text component="div" size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {protocol.toUpperCase()} · {username} at {host}
            {polledAt && (
              <>
                , read <Moment at={polledAt} />
              </>
            )}
          </Text>
          <Text size="xs" c="dimmed" className="numbers">
            {formatNumber(handled)} understood, {formatNumber(unmatched)} of no message of ours, {formatNumber(broken)}{' '}
            unreadable
          </Text>
          {mailbox.trouble && check.data === undefined && (
            <Text size="sm" c="red" style={{ overflowWrap: 'anywhere' }}>
              {mailbox.trouble}
            </Text>
          )}
        </div>
        <Group gap={6}>
          <Button variant="default" size="xs" onClick={() => onOpen({ kind: 'messages', mailbox })}>
            What was read
          </Button>
          {mayWrite && (
            <>
              <Button variant="default" size="xs" loading={check.isPending} onClick={() => check.mutate()}>
                Test
              </Button>
              <Tooltip label="Change">
                <ActionIcon aria-label={`Change ${name}`} onClick={() => onOpen({ kind: 'edit', mailbox })}>
                  <IconPencil size={16} stroke={1.6} />
                </ActionIcon>
              </Tooltip>
              <RemoveButton mailbox={mailbox} />
            </>
          )}
        </Group>
      </Group>
      {check.data && (
        <Alert color={check.data.ok ? 'teal' : 'red'} mt="xs" role="status">
          {check.data.text}
          {check.data.messages !== null && `. It holds ${counted(check.data.messages, 'message')}.`}
        </Alert>
      )}
    </li>
  )
}

function stateOf({ active, trouble, polledAt }: Mailbox) {
  if (!active) return { label: 'Not read', tone: 'gray' } as const
  if (trouble !== null) return { label: 'In trouble', tone: 'red' } as const
  return polledAt === null
    ? ({ label: 'Not read yet', tone: 'gray' } as const)
    : ({ label: 'Read', tone: 'green' } as const)
}

function RemoveButton({ mailbox }: { mailbox: Mailbox }) {
  const remove = useAct(() => deleteMailbox(mailbox.id), {
    done: 'It is read no longer.',
    refresh: [mailboxesQuery.queryKey],
  })
  return (
    <Confirm
      title={`Stop reading “${mailbox.name}”?`}
      text="Its messages stay on the server, and what was heard of deliveries stays here."
      action="Remove mailbox"
      busy={remove.isPending}
      onConfirm={() => remove.mutateAsync()}
    >
      {(ask) => (
        <Tooltip label="Remove">
          <ActionIcon aria-label={`Remove ${mailbox.name}`} onClick={ask}>
            <IconTrash size={16} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      )}
    </Confirm>
  )
}
