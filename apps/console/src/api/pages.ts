import { infiniteQueryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import type { Page } from './types.ts'

/** A list read a page at a time by the cursor of the page before. */
export function pagedQuery<T>(path: string, query: Readonly<Record<string, string | undefined>> = {}) {
  return infiniteQueryOptions({
    queryKey: ['page', path, query],
    queryFn: ({ pageParam, signal }) => call<Page<T>>('GET', path, { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })
}

/** The key under which every page of a path is kept: what to read again after a change. */
export const pagesOf = (path: string) => ['page', path] as const
