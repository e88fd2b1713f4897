import { Anchor, Text } from '@mantine/core'
import type { CampaignReport } from '../../api/types.ts'
import { formatNumber, formatPercent } from '../../format.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'

type VariantRow = CampaignReport['variants'][number]
type LinkRow = CampaignReport['links'][number]

const variantColumns: readonly Column<VariantRow>[] = [
  {
    header: 'Variant',
    bare: true,
    cell: ({ label }) => (
      <Text size="sm" fw={550}>
        {label}
      </Text>
    ),
  },
  { header: 'Share', align: 'right', cell: ({ share }) => `${share} %` },
  { header: 'Sent', align: 'right', cell: ({ sent }) => formatNumber(sent) },
  { header: 'Opened', align: 'right', cell: ({ opened, sent }) => rate(opened, sent) },
  { header: 'Clicked', align: 'right', cell: ({ clicked, sent }) => rate(clicked, sent) },
  { header: 'Unsubscribed', align: 'right', cell: ({ unsubscribed, sent }) => rate(unsubscribed, sent) },
  {
    header: 'By machines',
    align: 'right',
    cell: ({ machineOpened, machineClicked }) => `${formatNumber(machineOpened)} / ${formatNumber(machineClicked)}`,
  },
]

export function VariantTable({ report }: { report: CampaignReport }) {
  return (
    <DataTable label="Variants" rows={report.variants} columns={variantColumns} keyOf={({ variantId }) => variantId} />
  )
}

const linkColumns: readonly Column<LinkRow>[] = [
  {
    header: 'Address',
    bare: true,
    clip: true,
    cell: ({ url }) => (
      <Anchor href={url} target="_blank" rel="noreferrer" size="sm">
        {url}
      </Anchor>
    ),
  },
  { header: 'People', align: 'right', cell: ({ people }) => formatNumber(people) },
  { header: 'Clicks', align: 'right', cell: ({ clicks }) => formatNumber(clicks) },
]

export function LinkTable({ links }: { links: readonly LinkRow[] }) {
  if (links.length === 0) {
    return (
      <Text size="sm" c="dimmed" px="lg" pb="md">
        Nobody has followed a link yet.
      </Text>
    )
  }
  return <DataTable label="Links" rows={links} columns={linkColumns} keyOf={({ url }) => url} />
}

function rate(part: number, sent: number) {
  return (
    <>
      {formatNumber(part)}{' '}
      <Text span size="xs" c="dimmed">
        {formatPercent(part, sent)}
      </Text>
    </>
  )
}
