import { Anchor, Button, Code, Drawer, Group, Select, Stack, Text } from '@mantine/core'
import { IconRefresh, IconWebhook } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { pagesOf } from '../../api/pages.ts'
import type { WebhookAttempt, WebhookMessage, WebhookMessageDetail } from '../../api/types.ts'
import {
  replayWebhook,
  replayWebhookMessage,
  webhookMessageQuery,
  webhookMessagesPath,
  webhookMessagesQuery,
} from '../../api/webhooks.ts'
import { counted, formatDateTime, formatMs } from '../../format.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { NoMatch, PagedTable } from '../../parts/PagedTable.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { useFilters } from '../../parts/use-filters.ts'
import { webhookMessageStates } from '../../sending-words.ts'
import { useMay } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { Section } from '../../ui/Section.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import { choicesOf, keyIn } from '../../words.ts'

const refreshOf = (webhookId: string) => [pagesOf(webhookMessagesPath(webhookId)), ['webhook-message', webhookId]]

/** What a webhook was told, newest first; a click shows every try with the answer. */
export function WebhookMessages({ webhookId }: { webhookId: string }) {
  const { filters, setFilter } = useFilters(['state', 'message'])
  const state = keyIn(webhookMessageStates, filters.state)
  return (
    <Section
      title="Calls"
      description="Newest first. A failed one is tried again for days, later each time."
      actions={
        <Group gap="xs">
          <Select
            aria-label="State"
            placeholder="Any state"
            data={choicesOf(webhookMessageStates)}
            value={state ?? null}
            onChange={(value) => setFilter('state', value)}
            clearable
            w={150}
          />
          <ReplayFailed webhookId={webhookId} />
        </Group>
      }
      flush
    >
      <PagedTable
        label="Calls"
        query={webhookMessagesQuery(webhookId, { state })}
        columns={columnsFor((id) => setFilter('message', id))}
        keyOf={({ id }) => id}
        empty={
          state ? (
            <NoMatch onClear={() => setFilter('state', undefined)} />
          ) : (
            <Blank icon={IconWebhook} title="Nothing told yet" text="The first event it subscribes to appears here." />
          )
        }
      />
      <Drawer
        opened={filters.message !== undefined}
        onClose={() => setFilter('message', undefined)}
        title="What was told, and answered"
      >
        {filters.message && <MessageDetail webhookId={webhookId} id={filters.message} />}
      </Drawer>
    </Section>
  )
}

const columnsFor = (onOpen: (id: string) => void): readonly Column<WebhookMessage>[] => [
  {
    header: 'Event',
    bare: true,
    cell: ({ id, type }) => (
      <Anchor component="button" type="button" size="sm" c="inherit" ff="monospace" onClick={() => onOpen(id)}>
        {type}
      </Anchor>
    ),
  },
  { header: 'State', cell: ({ state }) => <ToneBadge word={webhookMessageStates[state]} /> },
  { header: 'Answer', cell: ({ lastStatus }) => lastStatus ?? '–' },
  { header: 'Tries', align: 'right', cell: ({ attempts }) => attempts },
  { header: 'When', cell: ({ createdAt }) => <Moment at={createdAt} /> },
]

const dayMs = 86_400_000

function ReplayFailed({ webhookId }: { webhookId: string }) {
  const mayWrite = useMay()('webhooks.write')
  const replay = useAct(() => replayWebhook(webhookId, new Date(Date.now() - dayMs).toISOString()), {
    done: ({ replayed, more }) =>
      replayed === 0
        ? 'Nothing has failed in the last day.'
        : `${counted(replayed, 'event')} sent again${more ? '; press again for the rest' : ''}.`,
    refresh: refreshOf(webhookId),
  })
  if (!mayWrite) return null
  return (
    <Button
      variant="default"
      leftSection={<IconRefresh size={16} />}
      loading={replay.isPending}
      onClick={() => replay.mutate()}
    >
      Replay a day’s failures
    </Button>
  )
}

function MessageDetail({ webhookId, id }: { webhookId: string; id: string }) {
  const message = useQuery({ ...webhookMessageQuery(webhookId, id), refetchInterval: 5_000 })
  return <Loaded query={message}>{(found) => <Detail webhookId={webhookId} message={found} />}</Loaded>
}

function Detail({ webhookId, message }: { webhookId: string; message: WebhookMessageDetail }) {
  const mayWrite = useMay()('webhooks.write')
  const replay = useAct(() => replayWebhookMessage(webhookId, message.id), {
    done: 'It is sent again now.',
    refresh: refreshOf(webhookId),
  })
  return (
    <Stack>
      <Group justify="space-between">
        <Group gap="xs">
          <Code>{message.type}</Code>
          <ToneBadge word={webhookMessageStates[message.state]} />
        </Group>
        {mayWrite && (
          <Button size="xs" variant="default" loading={replay.isPending} onClick={() => replay.mutate()}>
            Send again
          </Button>
        )}
      </Group>
      {message.nextAt && (
        <Text size="sm" c="dimmed">
          Tried next {formatDateTime(message.nextAt)}
        </Text>
      )}
      <div>
        <Text size="sm" fw={600}>
          Tries
        </Text>
        {message.attemptList.length === 0 && (
          <Text size="sm" c="dimmed">
            None yet.
          </Text>
        )}
        {message.attemptList.map((attempt) => (
          <Attempt key={attempt.at} attempt={attempt} />
        ))}
      </div>
      <div>
        <Text size="sm" fw={600}>
          What it was told
        </Text>
        <pre className="mail-source">{pretty(message.payload)}</pre>
      </div>
    </Stack>
  )
}

function Attempt({ attempt: { at, status, durationMs, error, response } }: { attempt: WebhookAttempt }) {
  return (
    <div style={{ borderTop: '1px solid var(--line)', padding: '8px 0' }}>
      <Text size="sm">
        <strong>{status === null ? 'No answer' : `HTTP ${status}`}</strong>{' '}
        <Text span size="xs" c="dimmed">
          {formatDateTime(at)}, {formatMs(durationMs)}
        </Text>
      </Text>
      {error && (
        <Text size="sm" c="dimmed">
          {error}
        </Text>
      )}
      {response && (
        <pre className="mail-source" style={{ padding: 8, maxHeight: 160 }}>
          {response}
        </pre>
      )}
    </div>
  )
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}
