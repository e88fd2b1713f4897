import { Button, Center, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { pagedQuery } from '../api/pages.ts'
import { type Column, DataTable } from '../ui/DataTable.tsx'
import { ProblemAlert } from '../ui/ProblemAlert.tsx'
import { RowSkeletons } from '../ui/RowSkeletons.tsx'

export type PagedQuery<T> = ReturnType<typeof pagedQuery<T>>

export interface PagedTableProps<T> {
  label: string
  query: PagedQuery<T>
  columns: readonly Column<T>[]
  keyOf: (row: T) => string
  /** Shown when there is no row at all. */
  empty: ReactNode
}

/** A list read by cursor: loading, failing, empty, and more on demand. */
export function PagedTable<T>({ label, query, columns, keyOf, empty }: PagedTableProps<T>) {
  const list = useInfiniteQuery(query)
  if (list.isPending) return <RowSkeletons />
  if (list.isError) {
    return (
      <div style={{ padding: 16 }}>
        <ProblemAlert error={list.error} onRetry={() => list.refetch()} />
      </div>
    )
  }
  const rows = list.data.pages.flatMap((page) => page.rows)
  if (rows.length === 0) return empty
  return (
    <>
      <DataTable label={label} rows={rows} columns={columns} keyOf={keyOf} />
      <LoadMore list={list} />
    </>
  )
}

export function LoadMore({
  list,
}: {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }
}) {
  if (!list.hasNextPage) return null
  return (
    <Center p="md">
      <Button variant="default" size="xs" loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
        Load more
      </Button>
    </Center>
  )
}

/** Nothing fits the filters, as opposed to nothing being there. */
export function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <Center py={48}>
      <div style={{ textAlign: 'center' }}>
        <Text c="dimmed" size="sm" mb="sm">
          Nothing fits these filters.
        </Text>
        <Button variant="default" size="xs" onClick={onClear}>
          Clear filters
        </Button>
      </div>
    </Center>
  )
}
