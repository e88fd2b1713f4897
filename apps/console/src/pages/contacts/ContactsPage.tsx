import { Button, Card, Drawer, Group, Select, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconAddressBook, IconDownload, IconPlus, IconUpload } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  contactCountsQuery,
  contactsQuery,
  exportContacts,
  listsQuery,
  segmentsQuery,
  tagsQuery,
} from '../../api/audience.ts'
import { pagesOf } from '../../api/pages.ts'
import type { Contact } from '../../api/types.ts'
import { useLive } from '../../api/use-live.ts'
import { counted, formatNumber } from '../../format.ts'
import { ButtonLink, TextLink } from '../../links.tsx'
import { NoMatch, PagedTable } from '../../parts/PagedTable.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { useFilters } from '../../parts/use-filters.ts'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { SearchInput } from '../../ui/SearchInput.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import { choicesOf, contactStatuses, keyIn } from '../../words.ts'
import { ContactForm } from './ContactForm.tsx'
import { ContactMenu } from './ContactMenu.tsx'
import { ContactTabs } from './ContactTabs.tsx'
import { TagRow } from './TagRow.tsx'

const filterNames = ['search', 'listId', 'segmentId', 'tag', 'status'] as const

export function ContactsPage() {
  const { filters, setFilter, clear, isFiltered } = useFilters(filterNames)
  const [isAdding, adding] = useDisclosure()
  const [edited, edit] = useState<Contact>()
  const counts = useQuery(contactCountsQuery)
  const may = useMay()
  const client = useQueryClient()
  const takeAlong = useAct(exportContacts, { done: 'The export is in your downloads.' })
  useLive('contacts', () => client.invalidateQueries({ queryKey: pagesOf('/v1/contacts') }))
  const close = () => {
    adding.close()
    edit(undefined)
  }
  return (
    <>
      <PageHeader
        title="Contacts"
        description={
          counts.data &&
          `${counted(counts.data.contacts, 'contact')}, ${formatNumber(counts.data.reachable)} reachable, ${formatNumber(counts.data.suppressed)} suppressed`
        }
      >
        {may('contacts.export') && (
          <Button
            variant="default"
            leftSection={<IconDownload size={16} />}
            loading={takeAlong.isPending}
            onClick={() => takeAlong.mutate(filters)}
          >
            Export
          </Button>
        )}
        {may('contacts.write') && (
          <>
            <ButtonLink variant="default" to={paths.contactImport} leftSection={<IconUpload size={16} />}>
              Import
            </ButtonLink>
            <Button leftSection={<IconPlus size={16} />} onClick={adding.open}>
              Add contact
            </Button>
          </>
        )}
      </PageHeader>
      <ContactTabs />
      <Filters filters={filters} setFilter={setFilter} />
      <Card padding={0}>
        <PagedTable
          label="Contacts"
          query={contactsQuery({ ...filters, status: keyIn(contactStatuses, filters.status) })}
          columns={columnsFor(edit)}
          keyOf={({ id }) => id}
          empty={isFiltered ? <NoMatch onClear={clear} /> : <NoContacts mayWrite={may('contacts.write')} />}
        />
      </Card>
      <Drawer opened={isAdding || edited !== undefined} onClose={close} title={edited ? 'Edit contact' : 'Add contact'}>
        <ContactForm contact={edited} onDone={close} />
      </Drawer>
    </>
  )
}

function columnsFor(edit: (contact: Contact) => void): readonly Column<Contact>[] {
  return [
    {
      header: 'Contact',
      bare: true,
      clip: true,
      cell: ({ id, email, firstName, lastName }) => (
        <>
          <TextLink to={paths.contact(id)} fw={550} c="inherit" size="sm">
            {`${firstName} ${lastName}`.trim() || email}
          </TextLink>
          <Text size="xs" c="dimmed" truncate>
            {email}
          </Text>
        </>
      ),
    },
    {
      header: 'Status',
      cell: ({ status, suppressed }) => (
        <Group gap={6}>
          <ToneBadge word={contactStatuses[status]} />
          {suppressed && <ToneBadge word={{ label: 'Suppressed', tone: 'red' }} />}
        </Group>
      ),
    },
    { header: 'Tags', cell: ({ tags }) => <TagRow tags={tags} /> },
    { header: 'Added', cell: ({ createdAt }) => <Moment at={createdAt} /> },
    { header: '', align: 'right', cell: (contact) => <ContactMenu contact={contact} onEdit={() => edit(contact)} /> },
  ]
}

type FilterName = (typeof filterNames)[number]
interface FiltersProps {
  filters: Record<FilterName, string | undefined>
  setFilter: (name: FilterName, value: string | null | undefined) => void
}

function Filters({ filters, setFilter }: FiltersProps) {
  const lists = useQuery(listsQuery)
  const tags = useQuery(tagsQuery)
  const segments = useQuery(segmentsQuery)
  const choices = {
    listId: { label: 'Any list', data: named(lists.data?.rows) },
    segmentId: { label: 'Any segment', data: named(segments.data?.rows) },
    tag: { label: 'Any tag', data: tags.data?.rows.map(({ tag }) => tag) ?? [] },
    status: { label: 'Any status', data: choicesOf(contactStatuses) },
  } as const
  return (
    <Group gap="xs" mb="md" role="search">
      <SearchInput
        label="Search name or email"
        value={filters.search}
        onSearch={(value) => setFilter('search', value)}
      />
      {(['listId', 'segmentId', 'tag', 'status'] as const).map((name) => (
        <Select
          key={name}
          aria-label={choices[name].label}
          placeholder={choices[name].label}
          data={[...choices[name].data]}
          value={filters[name] ?? null}
          onChange={(value) => setFilter(name, value)}
          clearable
          searchable={name !== 'status'}
          style={{ flex: '1 1 130px', maxWidth: 180 }}
        />
      ))}
    </Group>
  )
}

function named(rows: readonly { id: string; name: string }[] | undefined) {
  return rows?.map(({ id, name }) => ({ value: id, label: name })) ?? []
}

function NoContacts({ mayWrite }: { mayWrite: boolean }) {
  return (
    <Blank
      icon={IconAddressBook}
      title="No contacts yet"
      text="Bring your people in from a CSV file, or add one by hand. Fields, tags and lists come along."
    >
      {mayWrite && (
        <ButtonLink to={paths.contactImport} leftSection={<IconUpload size={16} />}>
          Import contacts
        </ButtonLink>
      )}
    </Blank>
  )
}
