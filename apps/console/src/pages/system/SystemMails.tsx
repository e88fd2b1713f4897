import { Code, Spoiler } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { systemMailsQuery } from '../../api/account.ts'
import type { SystemMail } from '../../api/types.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useMe } from '../../session.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { Section } from '../../ui/Section.tsx'

/** Links and notices that were not sent for want of a mail server; only for who runs the installation. */
export function SystemMails() {
  return useMe().person.isOperator ? <Mails /> : null
}

function Mails() {
  const mails = useQuery(systemMailsQuery)
  if (mails.data?.mailServer) return null
  return (
    <Section
      title="Mails that were not sent"
      description="No mail server is set (FANFARE_IDENTITY_MAIL_URL), so links and notices of the last day are kept here for you to hand on. A link opens an account: give it to nobody else."
      flush
    >
      <Loaded query={mails}>
        {({ rows }) => (
          <DataTable label="Mails that were not sent" rows={rows} columns={columns} keyOf={({ id }) => id} />
        )}
      </Loaded>
    </Section>
  )
}

const columns: readonly Column<SystemMail>[] = [
  { header: 'To', cell: ({ to }) => to, bare: true },
  { header: 'Subject', cell: ({ subject }) => subject },
  { header: 'Written', cell: ({ createdAt }) => <Moment at={createdAt} /> },
  {
    header: 'Text',
    cell: ({ text }) => (
      <Spoiler maxHeight={60} showLabel="Show all" hideLabel="Show less">
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {text}
        </Code>
      </Spoiler>
    ),
  },
]
