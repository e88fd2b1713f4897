import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import type { ApiKey, IssuedApiKey, Me, Member, NewApiKey, Rows, Setup, SignIn, Workspace } from './types.ts'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => call<Me>('GET', '/v1/me', { signal }),
  staleTime: 60_000,
})
export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => call<{ needed: boolean }>('GET', '/v1/setup', { signal }),
})
export const membersQuery = queryOptions({
  queryKey: ['members'],
  queryFn: ({ signal }) => call<Rows<Member>>('GET', '/v1/members', { signal }),
})
export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: ({ signal }) => call<Rows<ApiKey>>('GET', '/v1/api-keys', { signal }),
})

export const completeSetup = (body: Setup) => call<Me>('POST', '/v1/setup', { body })
export const signIn = (body: SignIn) => call<Me>('POST', '/v1/sessions', { body })
export const signOut = () => call<void>('DELETE', '/v1/sessions/current')
export const createWorkspace = (name: string) => call<Workspace>('POST', '/v1/workspaces', { body: { name } })
export const updateWorkspace = (name: string) => call<Workspace>('PATCH', '/v1/workspace', { body: { name } })
export const createApiKey = (body: NewApiKey) => call<IssuedApiKey>('POST', '/v1/api-keys', { body })
export const deleteApiKey = (id: string) => call<void>('DELETE', `/v1/api-keys/${id}`)
