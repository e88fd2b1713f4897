import { Badge, Card, Group, Select, Text } from '@mantine/core'
import { IconMailForward } from '@tabler/icons-react'
import { messagesQuery } from '../../api/sending.ts'
import type { MessageSummary } from '../../api/types.ts'
import { TextLink } from '../../links.tsx'
import { NoMatch, PagedTable } from '../../parts/PagedTable.tsx'
import { useFilters } from '../../parts/use-filters.ts'
import { paths } from '../../paths.ts'
import { Blank } from '../../ui/Blank.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { SearchInput } from '../../ui/SearchInput.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import { choicesOf, deliveryStates, keyIn } from '../../words.ts'
import { SendingTabs } from './SendingTabs.tsx'

const columns: readonly Column<MessageSummary>[] = [
  {
    header: 'Recipient',
    bare: true,
    clip: true,
    cell: ({ id, email }) => (
      <TextLink to={paths.delivery(id)} c="inherit" size="sm">
        {email}
      </TextLink>
    ),
  },
  { header: 'State', cell: ({ state }) => <ToneBadge word={deliveryStates[state]} /> },
  {
    header: 'Tags',
    cell: ({ tags }) =>
      tags.length > 0 && (
        <Group gap={4}>
          {tags.map((tag) => (
            <Badge key={tag} color="gray">
              {tag}
            </Badge>
          ))}
        </Group>
      ),
  },
  {
    header: 'Why',
    clip: true,
    cell: ({ reason }) => (
      <Text size="xs" c="dimmed" truncate title={reason ?? undefined}>
        {reason ?? '–'}
      </Text>
    ),
  },
  { header: 'When', cell: ({ settledAt, queuedAt }) => <Moment at={settledAt ?? queuedAt} /> },
]

/** Messages that programs sent over the API, one by one. */
export function MessagesPage() {
  const { filters, setFilter, clear, isFiltered } = useFilters(['recipient', 'state', 'tag'])
  const state = keyIn(deliveryStates, filters.state)
  return (
    <>
      <PageHeader title="Messages by the API" description="What programs sent to one person at a time, newest first" />
      <SendingTabs />
      <Group mb="md" gap="xs">
        <SearchInput
          label="Whole address"
          value={filters.recipient}
          onSearch={(value) => setFilter('recipient', value)}
        />
        <SearchInput label="Tag" value={filters.tag} onSearch={(value) => setFilter('tag', value)} />
        <Select
          aria-label="State"
          placeholder="Any state"
          data={choicesOf(deliveryStates)}
          value={state ?? null}
          onChange={(value) => setFilter('state', value)}
          clearable
          w={160}
        />
      </Group>
      <Card padding={0}>
        <PagedTable
          label="Messages by the API"
          query={messagesQuery({ recipient: filters.recipient, tag: filters.tag, state })}
          columns={columns}
          keyOf={({ id }) => id}
          empty={
            isFiltered ? (
              <NoMatch onClear={clear} />
            ) : (
              <Blank
                icon={IconMailForward}
                title="No messages yet"
                text="Password resets, receipts and all that people wait for: send them with POST /v1/messages and follow each one here."
              />
            )
          }
        />
      </Card>
    </>
  )
}
