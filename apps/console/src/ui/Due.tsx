import { Text, Tooltip } from '@mantine/core'
import { formatClock, formatDateTime } from '../format.ts'

const dayMs = 86_400_000

/** A time to come: the hour of one within a day, the date of a later one; `now` for one that has come. */
export function Due({ at }: { at: string }) {
  const inMs = Date.parse(at) - Date.now()
  const text = inMs <= 0 ? 'now' : inMs < dayMs ? formatClock(at) : formatDateTime(at)
  return (
    <Tooltip label={formatDateTime(at)}>
      <Text component="time" dateTime={at} inherit style={{ whiteSpace: 'nowrap' }}>
        {text}
      </Text>
    </Tooltip>
  )
}
