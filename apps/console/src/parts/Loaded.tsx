import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ProblemAlert } from '../ui/ProblemAlert.tsx'
import { RowSkeletons } from '../ui/RowSkeletons.tsx'

/** Draws what a query found; a skeleton until then, and the sentence of a failure with a way to try again. */
export function Loaded<T>({
  query,
  children,
  skeleton = <RowSkeletons />,
}: {
  query: UseQueryResult<T, Error>
  children: (found: T) => ReactNode
  skeleton?: ReactNode
}) {
  if (query.data !== undefined) return children(query.data)
  if (query.isError) return <ProblemAlert error={query.error} onRetry={() => query.refetch()} />
  return skeleton
}
