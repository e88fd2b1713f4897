import { Anchor, Button, Text } from '@mantine/core'
import { IconHelp } from '@tabler/icons-react'
import { deliveriesQuery } from '../../api/delivery.ts'
import type { Delivery } from '../../api/types.ts'
import { PagedTable } from '../../parts/PagedTable.tsx'
import { useMay } from '../../session.ts'
import { Blank } from '../../ui/Blank.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { Section } from '../../ui/Section.tsx'
import { ResolveDialog } from '../delivery/ResolveDialog.tsx'

export interface UnknownDeliveriesProps {
  campaignId: string
  count: number
  onOpen: (deliveryId: string) => void
}

/** The messages whose answer was lost, and what to do about them: one by one, or all at once. */
export function UnknownDeliveries({ campaignId, count, onOpen }: UnknownDeliveriesProps) {
  const mayWrite = useMay()('delivery.write')
  if (count === 0) return null
  return (
    <div id="unknown" style={{ scrollMarginTop: 72 }}>
      <Section
        title="Unknown"
        description="The line broke after the message and before the answer: they may have arrived. They are never sent again by themselves; find out, and say what became of them."
        actions={
          mayWrite && (
            <ResolveDialog deliveries={{ kind: 'campaign', campaignId }} count={count}>
              {(open) => <Button onClick={open}>{count === 1 ? 'Decide' : `Decide for all ${count}`}</Button>}
            </ResolveDialog>
          )
        }
        flush
      >
        <PagedTable
          label="Unknown deliveries"
          query={deliveriesQuery(campaignId, { state: 'unknown' })}
          columns={columnsFor(mayWrite, onOpen)}
          keyOf={({ id }) => id}
          empty={<Blank icon={IconHelp} title="None is unknown any more" text="All of them were decided." />}
        />
      </Section>
    </div>
  )
}

function columnsFor(mayWrite: boolean, onOpen: (id: string) => void): readonly Column<Delivery>[] {
  return [
    {
      header: 'Recipient',
      bare: true,
      clip: true,
      cell: ({ id, email }) => (
        <Anchor component="button" type="button" size="sm" c="inherit" onClick={() => onOpen(id)}>
          {email}
        </Anchor>
      ),
    },
    {
      header: 'Why',
      clip: true,
      cell: ({ reason }) => (
        <Text size="xs" c="dimmed" truncate title={reason ?? undefined}>
          {reason ?? '–'}
        </Text>
      ),
    },
    { header: 'When', cell: ({ settledAt, queuedAt }) => <Moment at={settledAt ?? queuedAt} /> },
    {
      header: '',
      align: 'right',
      cell: ({ id }) =>
        mayWrite && (
          <ResolveDialog deliveries={{ kind: 'ids', ids: [id] }} count={1}>
            {(open) => (
              <Button variant="default" size="compact-sm" onClick={open}>
                Decide
              </Button>
            )}
          </ResolveDialog>
        ),
    },
  ]
}
