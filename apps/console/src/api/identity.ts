import { queryOptions } from '@tanstack/react-query'
import { fanfare, take } from './call.ts'
import type { ApiKeyChange, NewApiKey, Setup, SignIn } from './types.ts'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/me', { signal })),
  staleTime: 60_000,
})
export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/setup', { signal })),
})
export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/api-keys', { signal })),
})

export const completeSetup = (body: Setup) => take(fanfare.POST('/v1/setup', { body }))
export const signIn = (body: SignIn) => take(fanfare.POST('/v1/sessions', { body }))
export const signOut = () => take(fanfare.DELETE('/v1/sessions/current'))
export const createWorkspace = (name: string) => take(fanfare.POST('/v1/workspaces', { body: { name } }))
export const updateWorkspace = (name: string) => take(fanfare.PATCH('/v1/workspace', { body: { name } }))
export const createApiKey = (body: NewApiKey) => take(fanfare.POST('/v1/api-keys', { body }))
export const updateApiKey = (id: string, body: ApiKeyChange) =>
  take(fanfare.PATCH('/v1/api-keys/{keyId}', { params: { path: { keyId: id } }, body }))
export const rotateApiKey = (id: string, overlapHours: number) =>
  take(fanfare.POST('/v1/api-keys/{keyId}/rotate', { params: { path: { keyId: id } }, body: { overlapHours } }))
export const endFormerApiKey = (id: string) =>
  take(fanfare.DELETE('/v1/api-keys/{keyId}/former', { params: { path: { keyId: id } } }))
export const deleteApiKey = (id: string) =>
  take(fanfare.DELETE('/v1/api-keys/{keyId}', { params: { path: { keyId: id } } }))
