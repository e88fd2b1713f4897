import { Text, Tooltip } from '@mantine/core'
import { useEffect, useState } from 'react'
import { formatDateTime, formatRelative } from '../format.ts'

/** A time as people say it, the exact one on hover. Kept true while the page is open. */
export function Moment({ at }: { at: string }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000)
    return () => clearInterval(timer)
  }, [])
  return (
    <Tooltip label={formatDateTime(at)}>
      <Text component="time" dateTime={at} inherit style={{ whiteSpace: 'nowrap' }}>
        {formatRelative(at, Math.max(now, Date.parse(at)))}
      </Text>
    </Tooltip>
  )
}
