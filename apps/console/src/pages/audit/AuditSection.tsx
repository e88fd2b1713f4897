import { Button, Group, Menu, Stack, Text, UnstyledButton } from '@mantine/core'
import { IconDownload, IconHistory, IconShieldCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type AuditFilter, auditPath, auditQuery, exportAudit, verificationQuery } from '../../api/audit.ts'
import { pagesOf } from '../../api/pages.ts'
import type { AuditRecord } from '../../api/types.ts'
import { actionWords, actorWords } from '../../audit-words.ts'
import { NoMatch, PagedTable } from '../../parts/PagedTable.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { useFilters } from '../../parts/use-filters.ts'
import { Blank } from '../../ui/Blank.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { Section } from '../../ui/Section.tsx'
import { AuditFilters, auditFilterNames } from './AuditFilters.tsx'
import { EntryModal } from './EntryModal.tsx'
import { VerificationAlert } from './VerificationAlert.tsx'

/** What was done here, by whom and from where; and whether the record of it is whole. */
export function AuditSection() {
  const { filters, setFilter, clear, isFiltered } = useFilters(auditFilterNames)
  const [shown, setShown] = useState<AuditRecord>()
  const verification = useQuery(verificationQuery)
  const wanted = filterOf(filters)
  return (
    <Section
      title="Audit trail"
      description="Who did what, from where, and what it was before. Entries are chained and cannot be changed or taken out unseen."
      actions={
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<IconShieldCheck size={16} />}
            loading={verification.isFetching}
            onClick={() => verification.refetch()}
          >
            Verify
          </Button>
          <ExportMenu filter={wanted} />
        </Group>
      }
      flush
    >
      <Stack gap="sm" px="lg" pb="sm" role="status">
        {verification.isError && <ProblemAlert error={verification.error} />}
        {verification.data && !verification.isFetching && <VerificationAlert verification={verification.data} />}
      </Stack>
      <AuditFilters filters={filters} setFilter={setFilter} />
      <PagedTable
        label="Audit trail"
        query={auditQuery(wanted)}
        columns={columnsFor(setShown, (actor) => setFilter('actor', actor))}
        keyOf={({ id }) => id}
        empty={
          isFiltered ? (
            <NoMatch onClear={clear} />
          ) : (
            <Blank
              icon={IconHistory}
              title="Nothing was done yet"
              text="Keys, members, senders, launches and more will be told here."
            />
          )
        }
      />
      <EntryModal entry={shown} onClose={() => setShown(undefined)} />
    </Section>
  )
}

function columnsFor(
  show: (entry: AuditRecord) => void,
  filterActor: (actor: string) => void,
): readonly Column<AuditRecord>[] {
  return [
    { header: 'What', bare: true, cell: ({ action }) => <strong>{actionWords(action)}</strong> },
    { header: 'On what', clip: true, cell: ({ target }) => target?.name ?? target?.id ?? '' },
    {
      header: 'Who',
      clip: true,
      cell: (entry) =>
        entry.actor.id === null ? (
          <Text c="dimmed" inherit>
            {actorWords(entry)}
          </Text>
        ) : (
          <UnstyledButton
            fz="inherit"
            aria-label={`Show only what ${actorWords(entry)} did`}
            onClick={() => filterActor(entry.actor.id ?? '')}
          >
            {actorWords(entry)}
          </UnstyledButton>
        ),
    },
    { header: 'From', cell: ({ address }) => address ?? '' },
    { header: 'When', cell: ({ occurredAt }) => <Moment at={occurredAt} /> },
    {
      header: '',
      align: 'right',
      cell: (entry) => (
        <Button
          variant="default"
          size="compact-sm"
          aria-label={`Details of entry ${entry.sequence}: ${actionWords(entry.action)}`}
          onClick={() => show(entry)}
        >
          Details
        </Button>
      ),
    },
  ]
}

function ExportMenu({ filter }: { filter: AuditFilter }) {
  const save = useAct((format: 'csv' | 'ndjson') => exportAudit(format, filter), { refresh: [pagesOf(auditPath)] })
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />} loading={save.isPending}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => save.mutate('csv')}>CSV, for a spreadsheet</Menu.Item>
        <Menu.Item onClick={() => save.mutate('ndjson')}>Lines of JSON, to verify elsewhere</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** Days of the address as the moments they begin and end at here. */
function filterOf({
  actor,
  action,
  target,
  from,
  to,
}: Partial<Record<(typeof auditFilterNames)[number], string | undefined>>): AuditFilter {
  return { actor, action, target, since: startOf(from, 0), until: startOf(to, 1) }
}

function startOf(day: string | undefined, daysLater: number): string | undefined {
  const start = new Date(`${day}T00:00:00`)
  if (day === undefined || Number.isNaN(start.getTime())) return undefined
  start.setDate(start.getDate() + daysLater)
  return start.toISOString()
}
