import { Card, Text } from '@mantine/core'
import { IconFilter, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { segmentCountQuery, segmentsQuery } from '../../api/audience.ts'
import type { Segment, SegmentRules } from '../../api/types.ts'
import { formatNumber } from '../../format.ts'
import { ButtonLink, TextLink } from '../../links.tsx'
import { Loaded } from '../../parts/Loaded.tsx'
import { paths } from '../../paths.ts'
import { useMay } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { describeRules } from './rules.ts'

const columns: readonly Column<Segment>[] = [
  {
    header: 'Segment',
    bare: true,
    clip: true,
    cell: ({ id, name }) => (
      <TextLink to={paths.segment(id)} fw={550} c="inherit" size="sm">
        {name}
      </TextLink>
    ),
  },
  { header: 'Rules', cell: ({ rules }) => describeRules(rules) },
  { header: 'Contacts now', align: 'right', cell: ({ rules }) => <Counted rules={rules} /> },
  { header: 'Changed', cell: ({ updatedAt }) => <Moment at={updatedAt} /> },
]

export function SegmentsPage() {
  const segments = useQuery(segmentsQuery)
  const newLink = useMay()('contacts.write') && (
    <ButtonLink to={paths.newSegment} leftSection={<IconPlus size={16} />}>
      New segment
    </ButtonLink>
  )
  return (
    <>
      <PageHeader title="Segments" description="People by rule: by field, tag, list, and what they did with your mail">
        {newLink}
      </PageHeader>
      <Card padding={0}>
        <Loaded query={segments}>
          {({ rows }) =>
            rows.length === 0 ? (
              <Blank
                icon={IconFilter}
                title="No segments yet"
                text="Ask for “customers in Berlin who opened something this month”, and see at once how many there are."
              >
                {newLink}
              </Blank>
            ) : (
              <DataTable label="Segments" rows={rows} columns={columns} keyOf={({ id }) => id} />
            )
          }
        </Loaded>
      </Card>
    </>
  )
}

function Counted({ rules }: { rules: SegmentRules }) {
  const count = useQuery({ ...segmentCountQuery(rules), staleTime: 30_000 })
  return <Text size="sm">{count.data ? formatNumber(count.data.count) : '…'}</Text>
}
