import { Button, Card, Group, Modal, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconBan, IconPlus } from '@tabler/icons-react'
import { contactCountsQuery, deleteSuppression, suppressionsQuery } from '../../api/audience.ts'
import { pagesOf } from '../../api/pages.ts'
import type { Suppression } from '../../api/types.ts'
import { NoMatch, PagedTable } from '../../parts/PagedTable.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { useFilters } from '../../parts/use-filters.ts'
import { useMay } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { SearchInput } from '../../ui/SearchInput.tsx'
import { suppressionReasons } from '../../words.ts'
import { ContactTabs } from './ContactTabs.tsx'
import { SuppressionForm } from './SuppressionForm.tsx'

export function SuppressionsPage() {
  const { filters, setFilter, clear, isFiltered } = useFilters(['search'])
  const [isAdding, adding] = useDisclosure()
  const mayWrite = useMay()('contacts.write')
  return (
    <>
      <PageHeader
        title="Suppressions"
        description="Addresses that are never written to, whatever a list, a segment or a campaign says."
      >
        {mayWrite && (
          <Button leftSection={<IconPlus size={16} />} onClick={adding.open}>
            Suppress an address
          </Button>
        )}
      </PageHeader>
      <ContactTabs />
      <Group mb="md">
        <SearchInput label="Search address" value={filters.search} onSearch={(value) => setFilter('search', value)} />
      </Group>
      <Card padding={0}>
        <PagedTable
          label="Suppressed addresses"
          query={suppressionsQuery(filters.search)}
          columns={columnsFor(mayWrite)}
          keyOf={({ id }) => id}
          empty={
            isFiltered ? (
              <NoMatch onClear={clear} />
            ) : (
              <Blank
                icon={IconBan}
                title="Nobody is suppressed"
                text="Unsubscribes, hard bounces and complaints land here by themselves."
              />
            )
          }
        />
      </Card>
      <Modal opened={isAdding} onClose={adding.close} title={<Text fw={600}>Suppress an address</Text>}>
        <SuppressionForm onDone={adding.close} />
      </Modal>
    </>
  )
}

function columnsFor(mayWrite: boolean): readonly Column<Suppression>[] {
  return [
    {
      header: 'Address',
      bare: true,
      clip: true,
      cell: ({ email }) => (
        <Text size="sm" fw={550} truncate>
          {email}
        </Text>
      ),
    },
    { header: 'Reason', cell: ({ reason }) => suppressionReasons[reason] },
    { header: 'Note', clip: true, cell: ({ note }) => note || '–' },
    { header: 'Since', cell: ({ createdAt }) => <Moment at={createdAt} /> },
    { header: '', align: 'right', cell: (row) => mayWrite && <Lift suppression={row} /> },
  ]
}

function Lift({ suppression }: { suppression: Suppression }) {
  const lift = useAct(() => deleteSuppression(suppression.id), {
    done: `${suppression.email} may be written to again.`,
    refresh: [pagesOf('/v1/suppressions'), contactCountsQuery.queryKey, pagesOf('/v1/contacts')],
  })
  return (
    <Confirm
      title="Lift this suppression?"
      text={`${suppression.email} was suppressed for a reason (${suppressionReasons[suppression.reason].toLowerCase()}). Lift it only when the person asked for it.`}
      action="Lift suppression"
      busy={lift.isPending}
      onConfirm={() => lift.mutateAsync()}
    >
      {(ask) => (
        <Button variant="default" size="compact-sm" onClick={ask}>
          Lift
        </Button>
      )}
    </Confirm>
  )
}
