import { Anchor, Group, Select, Text } from '@mantine/core'
import { IconMail } from '@tabler/icons-react'
import { deliveriesQuery } from '../../api/delivery.ts'
import type { Delivery } from '../../api/types.ts'
import { NoMatch, PagedTable } from '../../parts/PagedTable.tsx'
import { useFilters } from '../../parts/use-filters.ts'
import { Blank } from '../../ui/Blank.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { SearchInput } from '../../ui/SearchInput.tsx'
import { Section } from '../../ui/Section.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import { choicesOf, deliveryStates, keyIn } from '../../words.ts'

const columnsFor = (onOpen: (id: string) => void): readonly Column<Delivery>[] => [
  {
    header: 'Recipient',
    bare: true,
    clip: true,
    cell: ({ id, email }) => (
      <Anchor component="button" type="button" size="sm" c="inherit" onClick={() => onOpen(id)}>
        {email}
      </Anchor>
    ),
  },
  { header: 'State', cell: ({ state }) => <ToneBadge word={deliveryStates[state]} /> },
  {
    header: 'Why',
    clip: true,
    cell: ({ reason }) => (
      <Text size="xs" c="dimmed" truncate title={reason ?? undefined}>
        {reason ?? '–'}
      </Text>
    ),
  },
  { header: 'Attempts', align: 'right', cell: ({ attempts }) => attempts },
  { header: 'When', cell: ({ settledAt, queuedAt }) => <Moment at={settledAt ?? queuedAt} /> },
]

/** Every recipient with what became of theirs, and why; a click opens the whole story. */
export function DeliveryTable({ campaignId, onOpen }: { campaignId: string; onOpen: (deliveryId: string) => void }) {
  const { filters, setFilter, clear, isFiltered } = useFilters(['state', 'search'])
  return (
    <Section title="Deliveries" description="Who got it, who did not, and why" flush>
      <Group px="lg" pb="sm" gap="xs">
        <SearchInput label="Search recipient" value={filters.search} onSearch={(value) => setFilter('search', value)} />
        <Select
          aria-label="State"
          placeholder="Any state"
          data={choicesOf(deliveryStates)}
          value={filters.state ?? null}
          onChange={(value) => setFilter('state', value)}
          clearable
          w={160}
        />
      </Group>
      <PagedTable
        label="Deliveries"
        query={deliveriesQuery(campaignId, {
          search: filters.search,
          state: keyIn(deliveryStates, filters.state),
        })}
        columns={columnsFor(onOpen)}
        keyOf={({ id }) => id}
        empty={
          isFiltered ? (
            <NoMatch onClear={clear} />
          ) : (
            <Blank icon={IconMail} title="No deliveries yet" text="They appear when the audience is frozen." />
          )
        }
      />
    </Section>
  )
}
