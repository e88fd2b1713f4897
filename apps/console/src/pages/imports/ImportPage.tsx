import { useQuery, useQueryClient } from '@tanstack/react-query'
import { importQuery } from '../../api/audience.ts'
import type { Import } from '../../api/types.ts'
import { useLive, useLiveState } from '../../api/use-live.ts'
import { formatBytes } from '../../format.ts'
import { ButtonLink, TextLink } from '../../links.tsx'
import { Loaded } from '../../parts/Loaded.tsx'
import { useFilters } from '../../parts/use-filters.ts'
import { paths } from '../../paths.ts'
import { LiveMark } from '../../ui/LiveMark.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { importSources } from '../../words.ts'
import { FileDrop } from './FileDrop.tsx'
import { ImportProgress } from './ImportProgress.tsx'
import { MappingForm } from './MappingForm.tsx'

const safetyMs = 2_000

/** Drop a file, say what its columns are, watch it come in. The import's id is in the address: a reload goes on. */
export function ImportPage() {
  const { filters, setFilter } = useFilters(['id'])
  if (filters.id !== undefined) return <ImportSteps id={filters.id} />
  return (
    <>
      <ImportHeader />
      <FileDrop onUploaded={({ id }) => setFilter('id', id)} />
    </>
  )
}

function ImportSteps({ id }: { id: string }) {
  const client = useQueryClient()
  const found = useQuery({
    ...importQuery(id),
    // A small file may be done before the page hears of it live.
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? safetyMs : false),
  })
  const topic = found.data?.state === 'running' ? `import/${id}` : undefined
  useLive(topic, (message) => {
    const { queryKey } = importQuery(id)
    if (message.type !== 'progress') return void client.invalidateQueries({ queryKey })
    client.setQueryData(queryKey, (before) => (before ? { ...before, ...(message as unknown as Import) } : before))
  })
  return (
    <>
      <ImportHeader found={found.data} />
      <Loaded query={found}>
        {(started) =>
          started.state === 'uploaded' ? <MappingForm found={started} /> : <ImportProgress found={started} />
        }
      </Loaded>
    </>
  )
}

function ImportHeader({ found }: { found?: Import | undefined }) {
  const live = useLiveState()
  return (
    <PageHeader
      title="Import contacts"
      above={
        <TextLink to={paths.contacts} c="dimmed">
          Contacts
        </TextLink>
      }
      description={
        found
          ? `${found.fileName} · ${formatBytes(found.bytes)} · ${importSources[found.source]} · ${found.encoding}`
          : 'A CSV file of any size, encoding and delimiter. Nothing is imported before you have seen its columns.'
      }
      beside={found?.state === 'running' && <LiveMark state={live} />}
    >
      <ButtonLink variant="default" to={paths.contactImports}>
        Earlier imports
      </ButtonLink>
    </PageHeader>
  )
}
