import { queryOptions } from '@tanstack/react-query'
import { fanfare, given, take } from './call.ts'
import { pagedQuery } from './pages.ts'
import type { NewWebhook, WebhookChange, WebhookMessage } from './types.ts'

const pathOf = (webhookId: string) => ({ params: { path: { webhookId } } })

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/webhooks', { signal })),
})
export const webhookQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', id],
    queryFn: ({ signal }) => take(fanfare.GET('/v1/webhooks/{webhookId}', { ...pathOf(id), signal })),
  })
export const webhookEventsQuery = queryOptions({
  queryKey: ['webhook-events'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/webhook-events', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
})
export const webhookMessagesPath = (id: string) => `/v1/webhooks/${id}/messages`
export const webhookMessagesQuery = (id: string, query: { state?: WebhookMessage['state'] | undefined }) =>
  pagedQuery<WebhookMessage>(webhookMessagesPath(id), query, (page, signal) =>
    take(
      fanfare.GET('/v1/webhooks/{webhookId}/messages', {
        params: { path: { webhookId: id }, query: { ...given(query), ...page } },
        signal,
      }),
    ),
  )
export const webhookMessageQuery = (webhookId: string, webhookMessageId: string) =>
  queryOptions({
    queryKey: ['webhook-message', webhookId, webhookMessageId],
    queryFn: ({ signal }) =>
      take(
        fanfare.GET('/v1/webhooks/{webhookId}/messages/{webhookMessageId}', {
          params: { path: { webhookId, webhookMessageId } },
          signal,
        }),
      ),
  })

export const createWebhook = (body: NewWebhook) => take(fanfare.POST('/v1/webhooks', { body }))
export const updateWebhook = (id: string, body: WebhookChange) =>
  take(fanfare.PATCH('/v1/webhooks/{webhookId}', { ...pathOf(id), body }))
export const deleteWebhook = (id: string) => take(fanfare.DELETE('/v1/webhooks/{webhookId}', pathOf(id)))
export const rotateWebhookSecret = (id: string, overlapHours: number) =>
  take(fanfare.POST('/v1/webhooks/{webhookId}/rotate-secret', { ...pathOf(id), body: { overlapHours } }))
export const testWebhook = (id: string) => take(fanfare.POST('/v1/webhooks/{webhookId}/test', pathOf(id)))
export const replayWebhookMessage = (webhookId: string, webhookMessageId: string) =>
  take(
    fanfare.POST('/v1/webhooks/{webhookId}/messages/{webhookMessageId}/replay', {
      params: { path: { webhookId, webhookMessageId } },
    }),
  )
export const replayWebhook = (id: string, since: string) =>
  take(fanfare.POST('/v1/webhooks/{webhookId}/replay', { ...pathOf(id), body: { since } }))
