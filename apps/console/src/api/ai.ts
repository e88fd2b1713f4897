import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import type { Brand, CrewRun, ModelInfo, Rows } from './types.ts'

export const brandQuery = queryOptions({
  queryKey: ['brand'],
  queryFn: ({ signal }) => call<Brand>('GET', '/v1/brand', { signal }),
})
export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => call<Rows<ModelInfo>>('GET', '/v1/models', { signal }),
  staleTime: 60_000,
})
export const crewRunQuery = (id: string) =>
  queryOptions({
    queryKey: ['crew-run', id],
    queryFn: ({ signal }) => call<CrewRun>('GET', `/v1/crew-runs/${id}`, { signal }),
  })

export const updateBrand = (body: Brand) => call<Brand>('PUT', '/v1/brand', { body })
export const stopCrewRun = (id: string) => call<CrewRun>('POST', `/v1/crew-runs/${id}/stop`)
