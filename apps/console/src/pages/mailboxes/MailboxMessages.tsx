import { Text } from '@mantine/core'
import { IconMailOpened } from '@tabler/icons-react'
import { mailboxMessagesQuery } from '../../api/mailboxes.ts'
import type { MailboxMessage } from '../../api/types.ts'
import { PagedTable } from '../../parts/PagedTable.tsx'
import { mailboxMessageStates } from '../../sending-words.ts'
import { Blank } from '../../ui/Blank.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'

const columns: readonly Column<MailboxMessage>[] = [
  {
    header: 'Message',
    bare: true,
    clip: true,
    cell: ({ subject, from, failure }) => (
      <>
        <Text size="sm" truncate>
          {subject || 'No subject'}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {failure ?? from}
        </Text>
      </>
    ),
  },
  { header: 'What', cell: ({ state }) => <ToneBadge word={mailboxMessageStates[state]} /> },
  { header: 'When', cell: ({ at }) => <Moment at={at} /> },
]

export function MailboxMessages({ mailboxId }: { mailboxId: string }) {
  return (
    <PagedTable
      label="Messages read"
      query={mailboxMessagesQuery(mailboxId)}
      columns={columns}
      keyOf={({ key }) => key}
      empty={<Blank icon={IconMailOpened} title="Nothing read yet" text="What comes into the mailbox appears here." />}
    />
  )
}
