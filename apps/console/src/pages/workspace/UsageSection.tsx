import { Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Usage } from '../../api/types.ts'
import { usageQuery } from '../../api/workspace-life.ts'
import { formatBytes, formatDate, formatNumber, formatUsd } from '../../format.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { Section } from '../../ui/Section.tsx'

type Row = Usage['rows'][number]

const things = {
  contacts: { label: 'Contacts', atLimit: 'No contact is added, and an import stops', show: formatNumber },
  sendsPerMonth: {
    label: 'Messages this month',
    atLimit: 'No campaign begins, and the API takes no message',
    show: formatNumber,
  },
  storageBytes: { label: 'Storage', atLimit: 'No email is made', show: formatBytes },
  seats: { label: 'Seats', atLimit: 'Nobody is invited', show: formatNumber },
  requestsPerMinute: {
    label: 'API calls a minute',
    atLimit: 'Calls are refused until the minute is over',
    show: formatNumber,
  },
  aiUsdPerMonth: { label: 'AI this month', atLimit: 'The crew takes no brief', show: formatUsd },
} as const satisfies Record<Row['name'], { label: string; atLimit: string; show: (value: number) => string }>

/** What the workspace uses of what it may use. */
export function UsageSection() {
  const usage = useQuery(usageQuery)
  return (
    <Loaded query={usage}>
      {({ since, rows }) => (
        <Section
          title="Usage"
          description={`What is counted by the month is counted since ${formatDate(since)}. Who runs this installation sets the limits.`}
        >
          <Stack gap="lg" component="ul" m={0} p={0} style={{ listStyle: 'none' }} aria-label="Usage">
            {rows.map((row) => (
              <UsageBar key={row.name} row={row} />
            ))}
          </Stack>
        </Section>
      )}
    </Loaded>
  )
}

function UsageBar({ row: { name, used, allowed } }: { row: Row }) {
  const { label, atLimit, show } = things[name]
  const share = used === null || allowed === null ? undefined : allowed === 0 ? 1 : Math.min(1, used / allowed)
  const tone = share === undefined || share < 0.8 ? 'accent' : share < 1 ? 'amber' : 'red'
  return (
    <li>
      <Group justify="space-between" gap="xs" mb={4}>
        <Text size="sm" fw={550}>
          {label}
        </Text>
        <Text size="sm" className="numbers">
          {used !== null && <strong>{show(used)}</strong>} {allowed === null ? 'no limit' : `of ${show(allowed)}`}
        </Text>
      </Group>
      {share !== undefined && (
        <div className="bar-track" aria-hidden="true">
          <div style={{ width: `${share * 100}%`, '--part': `var(--tone-${tone})` }} />
        </div>
      )}
      {allowed !== null && (
        <Text size="xs" c={share === 1 ? 'red' : 'dimmed'} mt={4}>
          {share === 1 ? 'Reached: ' : 'At the limit: '}
          {atLimit[0]?.toLowerCase()}
          {atLimit.slice(1)}.
        </Text>
      )}
    </li>
  )
}
