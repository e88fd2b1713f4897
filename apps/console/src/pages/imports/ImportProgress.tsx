import { Alert, Button, Group, Progress, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { cancelImport, downloadRejects, importQuery } from '../../api/audience.ts'
import type { Import } from '../../api/types.ts'
import { formatNumber } from '../../format.ts'
import { ButtonLink } from '../../links.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { paths } from '../../paths.ts'
import { Confirm } from '../../ui/Confirm.tsx'
import { Section } from '../../ui/Section.tsx'
import { StatTile } from '../../ui/StatTile.tsx'
import { importStates } from '../../words.ts'
import { rowsPerSecond } from './import-rate.ts'

/** How far an import has come, and what became of it. */
export function ImportProgress({ found }: { found: Import }) {
  const share = found.state === 'done' ? 1 : found.bytes === 0 ? 0 : found.bytesRead / found.bytes
  const isRunning = found.state === 'running'
  return (
    <Stack gap="lg">
      {found.failure && (
        <Alert color="red" title="The import stopped">
          {found.failure}
        </Alert>
      )}
      <Section title={importStates[found.state].label} actions={isRunning && <Stop id={found.id} />}>
        <Progress
          value={share * 100}
          size="lg"
          animated={isRunning}
          color={found.state === 'failed' ? 'red' : found.state === 'done' ? 'teal' : 'accent'}
          aria-label="Import progress"
        />
        <Text size="sm" c="dimmed" mt="xs" className="numbers" aria-live="polite">
          {Math.floor(share * 100)} % · {formatNumber(found.rowsRead)} rows read ·{' '}
          {formatNumber(rowsPerSecond(found, Date.now()))} rows/s
        </Text>
      </Section>
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
        <StatTile label="Rows" value={formatNumber(found.rowsRead)} />
        <StatTile label="Created" value={formatNumber(found.created)} />
        <StatTile label="Updated" value={formatNumber(found.updated)} />
        <StatTile
          label="Rejected"
          value={formatNumber(found.rejected)}
          note={found.rejected > 0 && 'With row and reason'}
        />
      </SimpleGrid>
      <Group>
        {found.rejected > 0 && !isRunning && <Rejects id={found.id} />}
        {!isRunning && (
          <>
            <ButtonLink to={paths.contacts}>See the contacts</ButtonLink>
            <ButtonLink to={paths.contactImport} search={{}} variant="default">
              Import another file
            </ButtonLink>
          </>
        )}
      </Group>
    </Stack>
  )
}

function Rejects({ id }: { id: string }) {
  const take = useAct(() => downloadRejects(id))
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} />}
      loading={take.isPending}
      onClick={() => take.mutate()}
    >
      Rejected rows
    </Button>
  )
}

function Stop({ id }: { id: string }) {
  const client = useQueryClient()
  const stop = useAct(() => cancelImport(id), {
    onDone: (stopped) => client.setQueryData(importQuery(id).queryKey, stopped),
  })
  return (
    <Confirm
      title="Stop this import?"
      text="Rows that came in stay. You can import the file again: addresses we have are not doubled."
      action="Stop import"
      onConfirm={() => stop.mutateAsync()}
    >
      {(ask) => (
        <Button variant="default" size="xs" onClick={ask}>
          Stop
        </Button>
      )}
    </Confirm>
  )
}
