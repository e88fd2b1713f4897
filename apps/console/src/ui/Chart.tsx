import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { Tone } from '../words.ts'

const Drawing = lazy(() => import('./ChartDrawing.tsx').then(({ ChartDrawing }) => ({ default: ChartDrawing })))

export interface ChartSeries {
  name: string
  tone: Tone
  kind: 'bar' | 'line'
  values: readonly number[]
  /** Which scale it is read on: few beside many need their own. */
  axis?: 'left' | 'right'
  /** Bars of one name stand on each other. */
  stack?: string
}

export interface ChartProps {
  /** Said to who cannot see it. */
  label: string
  times: readonly string[]
  /** Writes a time under the axis. */
  formatTime: (iso: string) => string
  series: readonly ChartSeries[]
  height?: number
}

/** Counts over time. The drawing library is a chunk of its own. */
export function Chart({ height = 220, ...rest }: ChartProps) {
  return (
    <Suspense fallback={<Skeleton h={height} radius="md" />}>
      <Drawing height={height} {...rest} />
    </Suspense>
  )
}
