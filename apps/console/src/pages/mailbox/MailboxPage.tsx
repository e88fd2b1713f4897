import { Button, Card, Grid, Group } from '@mantine/core'
import { IconInbox, IconTrash } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { clearSandbox, sandboxPath, sandboxQuery } from '../../api/delivery.ts'
import { pagesOf } from '../../api/pages.ts'
import type { SandboxSummary } from '../../api/types.ts'
import { useLive, useLiveState } from '../../api/use-live.ts'
import { ButtonLink } from '../../links.tsx'
import { NoMatch } from '../../parts/PagedTable.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { useFilters } from '../../parts/use-filters.ts'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { LiveMark } from '../../ui/LiveMark.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { ProblemAlert } from '../../ui/ProblemAlert.tsx'
import { RowSkeletons } from '../../ui/RowSkeletons.tsx'
import { SearchInput } from '../../ui/SearchInput.tsx'
import { MessageList } from './MessageList.tsx'
import { ReadingPane } from './ReadingPane.tsx'

/** What the sandbox sender delivered: real messages over real SMTP that never left this machine. */
export function MailboxPage() {
  const { filters, setFilter, isFiltered } = useFilters(['search', 'message'])
  // A search leaves the message that is open where it is.
  const list = useInfiniteQuery({ ...sandboxQuery(filters.search), placeholderData: keepPreviousData })
  const client = useQueryClient()
  const live = useLiveState()
  useLive('sandbox', () => client.invalidateQueries({ queryKey: pagesOf(sandboxPath) }))
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <>
      <PageHeader
        title="Mailbox"
        description="Messages that sandbox senders delivered. Nothing here left this machine."
        beside={<LiveMark state={live} />}
      >
        <ClearMailbox disabled={rows.length === 0} onCleared={() => setFilter('message', undefined)} />
      </PageHeader>
      <Group mb="md">
        <SearchInput
          label="Search sender, recipient or subject"
          value={filters.search}
          onSearch={(value) => setFilter('search', value)}
        />
      </Group>
      <ProblemAlert error={list.error} onRetry={() => list.refetch()} />
      {list.isPending && <RowSkeletons />}
      {list.data && rows.length === 0 && (
        <Card padding={0}>
          {isFiltered ? <NoMatch onClear={() => setFilter('search', undefined)} /> : <EmptyMailbox />}
        </Card>
      )}
      {rows.length > 0 && (
        <Panes rows={rows} list={list} messageId={filters.message} onOpen={(id) => setFilter('message', id)} />
      )}
    </>
  )
}

interface PanesProps {
  rows: readonly SandboxSummary[]
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }
  messageId: string | undefined
  onOpen: (id: string | undefined) => void
}

/** Side by side; on a phone the open message takes the place of the list. */
function Panes({ rows, list, messageId, onOpen }: PanesProps) {
  return (
    <Card padding={0}>
      <Grid gap={0}>
        <Grid.Col
          span={{ base: 12, md: 4 }}
          {...(messageId ? { visibleFrom: 'md' } : {})}
          style={{ borderInlineEnd: '1px solid var(--line)' }}
        >
          <MessageList rows={rows} list={list} messageId={messageId} onOpen={onOpen} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 8 }} {...(messageId ? {} : { visibleFrom: 'md' })}>
          {messageId ? (
            <ReadingPane key={messageId} messageId={messageId} onBack={() => onOpen(undefined)} />
          ) : (
            <Blank
              icon={IconInbox}
              title="Choose a message"
              text="Its links work and are tracked, like in any mailbox."
            />
          )}
        </Grid.Col>
      </Grid>
    </Card>
  )
}

function EmptyMailbox() {
  return (
    <Blank
      icon={IconInbox}
      title="The mailbox is empty"
      text="Send a test or a campaign with a sandbox sender, and every message arrives here."
    >
      <ButtonLink to={paths.campaigns}>Go to the campaigns</ButtonLink>
    </Blank>
  )
}

function ClearMailbox({ disabled, onCleared }: { disabled: boolean; onCleared: () => void }) {
  const mayWrite = useMay()('delivery.write')
  const clear = useAct(clearSandbox, {
    done: 'The mailbox is empty.',
    refresh: [pagesOf(sandboxPath)],
    onDone: onCleared,
  })
  if (!mayWrite) return null
  return (
    <Confirm
      title="Empty the mailbox?"
      text="Every message of this workspace’s sandbox goes. Reports keep their figures."
      action="Empty mailbox"
      busy={clear.isPending}
      onConfirm={() => clear.mutateAsync()}
    >
      {(ask) => (
        <Button variant="default" leftSection={<IconTrash size={16} />} disabled={disabled} onClick={ask}>
          Empty
        </Button>
      )}
    </Confirm>
  )
}
