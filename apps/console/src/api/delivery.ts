import { queryOptions } from '@tanstack/react-query'
import { call, callText } from './call.ts'
import { pagedQuery } from './pages.ts'
import type { Delivery, NewSender, Rows, SandboxMessage, SandboxSummary, Sender, SenderCheck } from './types.ts'

export const sendersQuery = queryOptions({
  queryKey: ['senders'],
  queryFn: ({ signal }) => call<Rows<Sender>>('GET', '/v1/senders', { signal }),
})
export const deliveriesPath = (campaignId: string) => `/v1/campaigns/${campaignId}/deliveries`
export const deliveriesQuery = (
  campaignId: string,
  query: { state?: string | undefined; search?: string | undefined },
) => pagedQuery<Delivery>(deliveriesPath(campaignId), { ...query })
export const sandboxPath = '/v1/sandbox/messages'
export const sandboxQuery = (search: string | undefined) => pagedQuery<SandboxSummary>(sandboxPath, { search })
export const sandboxMessageQuery = (id: string) =>
  queryOptions({
    queryKey: ['sandbox', id],
    queryFn: ({ signal }) => call<SandboxMessage>('GET', `${sandboxPath}/${id}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
export const sandboxSourceQuery = (id: string) =>
  queryOptions({
    queryKey: ['sandbox', id, 'source'],
    queryFn: ({ signal }) => callText(`${sandboxPath}/${id}/source`, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const createSender = (body: NewSender) => call<Sender>('POST', '/v1/senders', { body })
export const updateSender = (id: string, body: NewSender) => call<Sender>('PUT', `/v1/senders/${id}`, { body })
export const deleteSender = (id: string) => call<void>('DELETE', `/v1/senders/${id}`)
export const checkSender = (id: string) => call<{ checks: SenderCheck[] }>('POST', `/v1/senders/${id}/check`)
export const clearSandbox = () => call<void>('DELETE', sandboxPath)
