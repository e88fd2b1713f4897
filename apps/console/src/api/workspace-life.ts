import { queryOptions } from '@tanstack/react-query'
import { fanfare, take } from './call.ts'

export const usageQuery = queryOptions({
  queryKey: ['usage'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/usage', { signal })),
})
export const exportsQuery = queryOptions({
  queryKey: ['workspace-exports'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/workspace/exports', { signal })),
  // Only while one is being written.
  refetchInterval: ({ state }) => (state.data?.rows.some(isUnderWay) ? 1_000 : false),
})

export function isUnderWay({ state }: { state: string }): boolean {
  return state === 'waiting' || state === 'running'
}

export const exportWorkspace = () => take(fanfare.POST('/v1/workspace/exports'))
export const deleteExport = (exportId: string) =>
  take(fanfare.DELETE('/v1/workspace/exports/{exportId}', { params: { path: { exportId } } }))
export const deleteWorkspace = (name: string) => take(fanfare.POST('/v1/workspace/deletion', { body: { name } }))
export const undoDeletion = () => take(fanfare.DELETE('/v1/workspace/deletion'))
