import { Text } from '@mantine/core'
import type { WarmUp } from '../../api/types.ts'
import { formatDate, formatNumber } from '../../format.ts'
import { Chart } from '../../ui/Chart.tsx'
import { warmUpDays } from './warm-up-days.ts'

/** What a plan allows day by day, before it is saved. */
export function WarmUpChart({ plan }: { plan: WarmUp }) {
  const days = warmUpDays(plan)
  const last = days.at(-1)
  if (last === undefined) return null
  return (
    <>
      <Chart
        label="Messages that each day of the warm-up allows"
        height={170}
        times={days.map(({ day }) => day)}
        formatTime={formatDate}
        series={[{ name: 'Messages a day', tone: 'accent', kind: 'bar', values: days.map(({ messages }) => messages) }]}
      />
      <Text size="xs" c="dimmed">
        {formatNumber(last.messages)} on the last day, {formatDate(last.day)}; after it there is no limit from this
        plan.
      </Text>
    </>
  )
}
