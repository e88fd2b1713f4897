import { ActionIcon, Card, Group, Menu } from '@mantine/core'
import { IconCopy, IconDots, IconMail, IconPlus, IconTrash } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { copyEmail, deleteEmail, emailsQuery } from '../../api/content.ts'
import { pagesOf } from '../../api/pages.ts'
import type { EmailSummary } from '../../api/types.ts'
import { ButtonLink, TextLink } from '../../links.tsx'
import { NoMatch, PagedTable } from '../../parts/PagedTable.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { useFilters } from '../../parts/use-filters.ts'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { SearchInput } from '../../ui/SearchInput.tsx'
import { EmailTabs } from './EmailTabs.tsx'

const columns: readonly Column<EmailSummary>[] = [
  {
    header: 'Email',
    bare: true,
    clip: true,
    cell: ({ id, name }) => (
      <TextLink to={paths.email(id)} fw={550} c="inherit" size="sm">
        {name}
      </TextLink>
    ),
  },
  { header: 'Subject', clip: true, cell: ({ subject }) => subject },
  { header: 'Format', cell: ({ format }) => format.toUpperCase() },
  { header: 'Revision', align: 'right', cell: ({ revision }) => revision },
  { header: 'Changed', cell: ({ updatedAt }) => <Moment at={updatedAt} /> },
  { header: '', align: 'right', cell: (email) => <EmailMenu email={email} /> },
]

export function EmailsPage() {
  const { filters, setFilter, clear, isFiltered } = useFilters(['search'])
  const newLink = useMay()('content.write') && (
    <ButtonLink to={paths.newEmail} leftSection={<IconPlus size={16} />}>
      New email
    </ButtonLink>
  )
  return (
    <>
      <PageHeader title="Emails" description="What campaigns send, written by you or by the crew">
        {newLink}
      </PageHeader>
      <EmailTabs />
      <Group mb="md">
        <SearchInput
          label="Search name or subject"
          value={filters.search}
          onSearch={(value) => setFilter('search', value)}
        />
      </Group>
      <Card padding={0}>
        <PagedTable
          label="Emails"
          query={emailsQuery(filters.search)}
          columns={columns}
          keyOf={({ id }) => id}
          empty={
            isFiltered ? (
              <NoMatch onClear={clear} />
            ) : (
              <Blank
                icon={IconMail}
                title="No emails yet"
                text="Begin with a starter, or let the crew draft a campaign."
              >
                {newLink}
              </Blank>
            )
          }
        />
      </Card>
    </>
  )
}

function EmailMenu({ email }: { email: EmailSummary }) {
  const navigate = useNavigate()
  const refresh = [pagesOf('/v1/emails')]
  const copy = useAct(() => copyEmail(email.id), {
    done: 'Copied.',
    refresh,
    onDone: ({ id }) => navigate({ to: paths.email(id) }),
  })
  const remove = useAct(() => deleteEmail(email.id), { done: `“${email.name}” was deleted.`, refresh })
  if (!useMay()('content.write')) return null
  return (
    <Confirm
      title={`Delete “${email.name}”?`}
      text="Campaigns that were sent keep what they sent."
      action="Delete email"
      busy={remove.isPending}
      onConfirm={() => remove.mutateAsync()}
    >
      {(ask) => (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon aria-label={`More for ${email.name}`}>
              <IconDots size={18} stroke={1.6} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => copy.mutate()}>
              Copy
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
