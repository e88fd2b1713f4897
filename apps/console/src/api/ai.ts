import { queryOptions } from '@tanstack/react-query'
import { fanfare, take } from './call.ts'
import type { Brand } from './types.ts'

export const brandQuery = queryOptions({
  queryKey: ['brand'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/brand', { signal })),
})
export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/models', { signal })),
  staleTime: 60_000,
})
export const crewRunQuery = (id: string) =>
  queryOptions({
    queryKey: ['crew-run', id],
    queryFn: ({ signal }) => take(fanfare.GET('/v1/crew-runs/{runId}', { params: { path: { runId: id } }, signal })),
  })

export const updateBrand = (body: Brand) => take(fanfare.PUT('/v1/brand', { body }))
export const stopCrewRun = (id: string) =>
  take(fanfare.POST('/v1/crew-runs/{runId}/stop', { params: { path: { runId: id } } }))
