import { Select, Text } from '@mantine/core'
import { IconMailCheck } from '@tabler/icons-react'
import { feedbackQuery } from '../../api/sending.ts'
import type { FeedbackEntry } from '../../api/types.ts'
import { TextLink } from '../../links.tsx'
import { NoMatch, PagedTable } from '../../parts/PagedTable.tsx'
import { useFilters } from '../../parts/use-filters.ts'
import { paths } from '../../paths.ts'
import { bounceReason, destinationName, feedbackKinds, feedbackSources } from '../../sending-words.ts'
import { Blank } from '../../ui/Blank.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { Section } from '../../ui/Section.tsx'
import { ToneBadge } from '../../ui/Tone.tsx'
import { choicesOf, keyIn } from '../../words.ts'
import { consequenceOf } from './consequence.ts'

const columns: readonly Column<FeedbackEntry>[] = [
  {
    header: 'Recipient',
    bare: true,
    clip: true,
    cell: ({ deliveryId, email, destination }) => (
      <>
        <TextLink to={paths.delivery(deliveryId)} c="inherit" size="sm">
          {email}
        </TextLink>
        {destination !== 'other' && (
          <Text size="xs" c="dimmed">
            at {destinationName(destination)}
          </Text>
        )}
      </>
    ),
  },
  { header: 'What', cell: ({ kind }) => <ToneBadge word={feedbackKinds[kind]} /> },
  { header: 'Their words', clip: true, cell: (entry) => <Words entry={entry} /> },
  {
    header: 'What follows',
    cell: (entry) => (
      <Text size="xs" c="dimmed">
        {consequenceOf(entry)}
      </Text>
    ),
  },
  { header: 'When', cell: ({ at }) => <Moment at={at} /> },
]

function Words({ entry: { kind, reason, status, text, source } }: { entry: FeedbackEntry }) {
  const said = status === null || text.includes(status) ? text : `${status} ${text}`
  return (
    <div title={`${said} (heard ${feedbackSources[source]})`} style={{ minWidth: 0 }}>
      {kind === 'bounced' && reason && (
        <Text size="sm" truncate>
          {bounceReason(reason)}
        </Text>
      )}
      <Text size="xs" c="dimmed" truncate>
        {said || '–'}
      </Text>
    </div>
  )
}

/** What was heard, one by one, newest first, in the other side’s own words. */
export function FeedbackTable({ campaignId }: { campaignId: string | undefined }) {
  const { filters, setFilter } = useFilters(['kind'])
  const kind = keyIn(feedbackKinds, filters.kind)
  return (
    <Section
      title="One by one"
      description="Newest first, in the words of the other side. Who is suppressed is no longer written to; a mailbox that takes nothing for long is given up, too."
      actions={
        <Select
          aria-label="Kind"
          placeholder="All kinds"
          data={choicesOf(feedbackKinds)}
          value={kind ?? null}
          onChange={(value) => setFilter('kind', value)}
          clearable
          w={180}
        />
      }
      flush
    >
      <PagedTable
        label="Bounces and complaints"
        query={feedbackQuery({ kind, campaignId })}
        columns={columns}
        keyOf={({ id }) => id}
        empty={
          kind !== undefined ? (
            <NoMatch onClear={() => setFilter('kind', undefined)} />
          ) : (
            <Blank
              icon={IconMailCheck}
              title="Nothing came back"
              text="A bounce, a complaint or a reply stands here with the words of the server or the person."
            />
          )
        }
      />
    </Section>
  )
}
