import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { ChartProps } from './ChartDrawing.tsx'

export type { ChartSeries } from './ChartDrawing.tsx'

const Drawing = lazy(() => import('./ChartDrawing.tsx').then(({ ChartDrawing }) => ({ default: ChartDrawing })))

/** Counts over time. The drawing library is a chunk of its own. */
export function Chart({ height = 220, ...rest }: ChartProps) {
  return (
    <Suspense fallback={<Skeleton h={height} radius="md" />}>
      <Drawing height={height} {...rest} />
    </Suspense>
  )
}
