import { infiniteQueryOptions } from '@tanstack/react-query'
import type { Page } from './types.ts'

type Read<T> = (page: { cursor?: string }, signal: AbortSignal) => Promise<Page<T>>

/** A list read a page at a time by the cursor of the page before, kept under its path and query. */
export function pagedQuery<T>(path: string, query: object, read: Read<T>) {
  return infiniteQueryOptions({
    queryKey: ['page', path, query],
    queryFn: ({ pageParam, signal }) => read(pageParam === undefined ? {} : { cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })
}

/** The key under which every page of a path is kept: what to read again after a change. */
export const pagesOf = (path: string) => ['page', path] as const
