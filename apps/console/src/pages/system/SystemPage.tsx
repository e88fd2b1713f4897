import { Badge, SimpleGrid, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { systemQuery } from '../../api/analytics.ts'
import type { Health, OperationSummary, SystemReport, SystemService } from '../../api/types.ts'
import { formatMs, formatNumber, formatPercent } from '../../format.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Section } from '../../ui/Section.tsx'
import { StatTile } from '../../ui/StatTile.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import { healthStates } from '../../words.ts'
import { InstallationLook } from './InstallationLook.tsx'
import { SystemMails } from './SystemMails.tsx'

const shownOperations = 25

export function SystemPage() {
  const report = useQuery(systemQuery)
  return (
    <>
      <PageHeader
        title="System"
        description="The services of this process, their health and their pace; read again every 5 seconds"
      />
      <Stack gap="lg">
        <Loaded query={report}>{(found) => <Report report={found} />}</Loaded>
        <SystemMails />
        <InstallationLook />
      </Stack>
    </>
  )
}

function Report({ report: { services, health, operations } }: { report: SystemReport }) {
  const rows = services.map((service) => ({ ...service, health: health.services[service.name] }))
  const up = rows.filter((row) => row.health?.state === 'up').length
  const calls = operations.reduce((sum, { count }) => sum + count, 0)
  const errors = operations.reduce((sum, row) => sum + row.errors, 0)
  const jobRuns = operations.filter(({ kind }) => kind === 'job').reduce((sum, { count }) => sum + count, 0)
  const byLevel = rows.sort((a, b) => a.level - b.level || a.name.localeCompare(b.name))
  const busiest = [...operations].sort((a, b) => b.count - a.count).slice(0, shownOperations)
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
        <StatTile label="Services up" value={`${up} of ${services.length}`} note={healthStates[health.state].label} />
        <StatTile label="Calls" value={formatNumber(calls)} note="Since the start" />
        <StatTile
          label="Succeeded"
          value={formatPercent(calls - errors, calls)}
          note={`${formatNumber(errors)} errors`}
        />
        <StatTile label="Jobs run" value={formatNumber(jobRuns)} note="Since the start" />
      </SimpleGrid>
      <Section title="Services" description="Started level by level; a level needs only those before it" flush>
        <DataTable label="Services" rows={byLevel} columns={serviceColumns} keyOf={({ name }) => name} />
      </Section>
      <Section title="Operations" description="The busiest since the start" flush>
        <DataTable
          label="Operations"
          rows={busiest}
          columns={operationColumns}
          keyOf={({ kind, operation }) => `${kind} ${operation}`}
        />
      </Section>
    </Stack>
  )
}

type ServiceRow = SystemService & { health: Health | undefined }

const serviceColumns: readonly Column<ServiceRow>[] = [
  {
    header: 'Service',
    bare: true,
    cell: ({ name, needs }) => (
      <>
        <Text size="sm" fw={550}>
          {name}
        </Text>
        <Text size="xs" c="dimmed">
          {needs.length > 0 && `needs ${needs.join(', ')}`}
        </Text>
      </>
    ),
  },
  { header: 'Health', cell: ({ health, state }) => <ServiceHealth health={health} state={state} /> },
  { header: 'Level', align: 'right', cell: ({ level }) => level },
  {
    header: 'Started in',
    align: 'right',
    cell: ({ startedInMs }) => (startedInMs === null ? '–' : formatMs(startedInMs)),
  },
  { header: 'Group', cell: ({ group }) => group },
  { header: 'Version', align: 'right', cell: ({ version }) => version },
]

function ServiceHealth({ health, state }: Pick<ServiceRow, 'health' | 'state'>) {
  if (health === undefined) return <Badge color="gray">{state}</Badge>
  return (
    <>
      <ToneBadge word={healthStates[health.state]} />
      {health.reason && (
        <Text size="xs" c="dimmed" mt={2}>
          {health.reason}
        </Text>
      )}
    </>
  )
}

const operationColumns: readonly Column<OperationSummary>[] = [
  {
    header: 'Operation',
    bare: true,
    clip: true,
    cell: ({ operation }) => (
      <Text size="sm" ff="monospace" truncate>
        {operation}
      </Text>
    ),
  },
  { header: 'Kind', cell: ({ kind }) => <Badge color="gray">{kind}</Badge> },
  { header: 'Count', align: 'right', cell: ({ count }) => formatNumber(count) },
  { header: 'Errors', align: 'right', cell: ({ errors }) => formatNumber(errors) },
  { header: 'Mean', align: 'right', cell: ({ meanMs }) => formatMs(meanMs) },
  { header: 'p95', align: 'right', cell: ({ p95Ms }) => formatMs(p95Ms) },
]
