import { queryOptions } from '@tanstack/react-query'
import { callText, fanfare, given, take } from './call.ts'
import { pagedQuery } from './pages.ts'
import type { Delivery, DeliveryState, NewSender, SandboxSummary, Sender } from './types.ts'

export const sendersQuery = queryOptions({
  queryKey: ['senders'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/senders', { signal })),
})
export const deliveriesPath = (campaignId: string) => `/v1/campaigns/${campaignId}/deliveries`
export const deliveriesQuery = (
  campaignId: string,
  query: { state?: DeliveryState | undefined; search?: string | undefined },
) =>
  pagedQuery<Delivery>(deliveriesPath(campaignId), query, (page, signal) =>
    take(
      fanfare.GET('/v1/campaigns/{campaignId}/deliveries', {
        params: { path: { campaignId }, query: { ...given(query), ...page } },
        signal,
      }),
    ),
  )
/** The accounting of a launched campaign, with what keeps it from leaving. */
export const standingQuery = (campaignId: string) =>
  queryOptions({
    queryKey: ['standing', campaignId],
    queryFn: ({ signal }) =>
      take(fanfare.GET('/v1/campaigns/{campaignId}/accounting', { params: { path: { campaignId } }, signal })),
  })
export const sandboxPath = '/v1/sandbox/messages'
export const sandboxQuery = (search: string | undefined) =>
  pagedQuery<SandboxSummary>(sandboxPath, { search }, (page, signal) =>
    take(fanfare.GET('/v1/sandbox/messages', { params: { query: { ...given({ search }), ...page } }, signal })),
  )
export const sandboxMessageQuery = (id: string) =>
  queryOptions({
    queryKey: ['sandbox', id],
    queryFn: ({ signal }) =>
      take(fanfare.GET('/v1/sandbox/messages/{messageId}', { params: { path: { messageId: id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  })
export const sandboxSourceQuery = (id: string) =>
  queryOptions({
    queryKey: ['sandbox', id, 'source'],
    queryFn: ({ signal }) => callText(`${sandboxPath}/${id}/source`, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const createSender = (body: NewSender) => take(fanfare.POST('/v1/senders', { body }))
export const updateSender = (id: string, body: NewSender) =>
  take(fanfare.PUT('/v1/senders/{senderId}', { params: { path: { senderId: id } }, body }))
export const deleteSender = (id: string) =>
  take(fanfare.DELETE('/v1/senders/{senderId}', { params: { path: { senderId: id } } }))
/** What is looked up for a sender as it is now: a changed one is looked up anew. */
export const checkSenderQuery = (sender: Sender) =>
  queryOptions({
    queryKey: ['sender-check', sender.id, sender],
    queryFn: ({ signal }) =>
      take(fanfare.POST('/v1/senders/{senderId}/check', { params: { path: { senderId: sender.id } }, signal })),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  })
export const clearSandbox = () => take(fanfare.DELETE('/v1/sandbox/messages'))
