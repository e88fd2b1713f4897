import { Button, Group, Progress, Stack, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { download } from '../../api/call.ts'
import type { WorkspaceExport } from '../../api/types.ts'
import { deleteExport, exportsQuery, exportWorkspace, isUnderWay } from '../../api/workspace-life.ts'
import { counted, formatBytes, formatDateTime } from '../../format.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { Section } from '../../ui/Section.tsx'

/** Everything of the workspace in one file. */
export function ExportSection() {
  const exports = useQuery(exportsQuery)
  const begin = useAct(exportWorkspace, { refresh: [exportsQuery.queryKey] })
  const isBusy = exports.data?.rows.some(isUnderWay) ?? false
  return (
    <Section
      title="Export"
      description="All that is in this workspace as one archive of JSON lines, a file for each table. Passwords and keys are left out."
      actions={
        <Button variant="default" loading={begin.isPending} disabled={isBusy} onClick={() => begin.mutate()}>
          Export everything
        </Button>
      }
    >
      <Loaded query={exports}>
        {({ rows }) => (
          <Stack gap="md">
            {rows.length === 0 && (
              <Text size="sm" c="dimmed">
                No export is kept. One can be fetched for two days.
              </Text>
            )}
            {rows.map((one) => (
              <ExportRow key={one.id} one={one} />
            ))}
          </Stack>
        )}
      </Loaded>
    </Section>
  )
}

function ExportRow({ one }: { one: WorkspaceExport }) {
  const remove = useAct(() => deleteExport(one.id), { refresh: [exportsQuery.queryKey] })
  const fetchFile = useAct(() => download(`/v1/workspace/exports/${one.id}/file`, `workspace-${one.id}.tar.gz`))
  return (
    <Group justify="space-between" gap="sm">
      <div style={{ flex: 1, minWidth: 220 }}>
        <Text size="sm">{wordsOf(one)}</Text>
        {isUnderWay(one) && (
          <Progress.Root size="lg" mt={6}>
            <Progress.Section
              value={one.tablesAll === 0 ? 0 : (one.tablesDone / one.tablesAll) * 100}
              aria-label="Progress of the export"
            />
          </Progress.Root>
        )}
      </div>
      <Group gap="xs">
        {one.state === 'done' && (
          <Button
            size="xs"
            leftSection={<IconDownload size={14} />}
            loading={fetchFile.isPending}
            onClick={() => fetchFile.mutate()}
          >
            Download
          </Button>
        )}
        <Button size="xs" variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
          {isUnderWay(one) ? 'Stop' : 'Delete'}
        </Button>
      </Group>
    </Group>
  )
}

function wordsOf({
  state,
  tablesDone,
  tablesAll,
  rows,
  bytes,
  failure,
  createdAt,
  expiresAt,
}: WorkspaceExport): string {
  if (state === 'failed') return failure ?? 'The export failed'
  if (state === 'done') {
    return `${formatDateTime(createdAt)}: ${counted(rows, 'row')}, ${formatBytes(bytes)}; until ${formatDateTime(expiresAt)}`
  }
  return tablesAll === 0 ? 'Waiting to begin' : `${tablesDone} of ${tablesAll} tables, ${counted(rows, 'row')}`
}
