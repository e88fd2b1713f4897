import { queryOptions } from '@tanstack/react-query'
import { fanfare, given, take } from './call.ts'
import { pagedQuery } from './pages.ts'
import type { DeliveryState, FeedbackEntry, FeedbackKind, MessageSummary, ResolveDeliveries } from './types.ts'

const engineEveryMs = 2_000

/** Read again every two seconds while somebody looks: traffic is of every campaign and message, so no one topic tells it. */
export const engineQuery = queryOptions({
  queryKey: ['engine'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/delivery/engine', { signal })),
  refetchInterval: engineEveryMs,
})
export const endHold = (hold: { senderId: string; destination: string }) =>
  take(fanfare.DELETE('/v1/senders/{senderId}/holds/{destination}', { params: { path: hold } }))

export interface MessageFilter {
  recipient?: string | undefined
  tag?: string | undefined
  state?: DeliveryState | undefined
}
export const messagesQuery = (filter: MessageFilter) =>
  pagedQuery<MessageSummary>('/v1/messages', filter, (page, signal) =>
    take(fanfare.GET('/v1/messages', { params: { query: { ...given(filter), ...page } }, signal })),
  )
export const storyQuery = (deliveryId: string) =>
  queryOptions({
    queryKey: ['delivery', deliveryId],
    queryFn: ({ signal }) =>
      take(fanfare.GET('/v1/deliveries/{deliveryId}', { params: { path: { deliveryId } }, signal })),
  })
export const resolveDeliveries = (body: ResolveDeliveries) => take(fanfare.POST('/v1/deliveries/resolve', { body }))

export interface FeedbackFilter {
  kind?: FeedbackKind | undefined
  campaignId?: string | undefined
}
export const feedbackPath = '/v1/feedback'
export const feedbackQuery = (filter: FeedbackFilter) =>
  pagedQuery<FeedbackEntry>(feedbackPath, filter, (page, signal) =>
    take(fanfare.GET('/v1/feedback', { params: { query: { ...given(filter), ...page } }, signal })),
  )
export const feedbackSummaryQuery = (scope: { campaignId: string } | { days: number }) =>
  queryOptions({
    queryKey: ['feedback-summary', scope],
    queryFn: ({ signal }) => take(fanfare.GET('/v1/feedback/summary', { params: { query: scope }, signal })),
  })
