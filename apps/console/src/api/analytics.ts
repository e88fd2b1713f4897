import { queryOptions } from '@tanstack/react-query'
import { fanfare, take } from './call.ts'

export const homeQuery = queryOptions({
  queryKey: ['home'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/home', { signal })),
})
export const reportQuery = (campaignId: string) =>
  queryOptions({
    queryKey: ['report', campaignId],
    queryFn: ({ signal }) =>
      take(fanfare.GET('/v1/campaigns/{campaignId}/report', { params: { path: { campaignId } }, signal })),
  })
export const timelineQuery = (contactId: string) =>
  queryOptions({
    queryKey: ['timeline', contactId],
    queryFn: ({ signal }) =>
      take(fanfare.GET('/v1/contacts/{contactId}/timeline', { params: { path: { contactId } }, signal })),
  })
export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/system/services', { signal })),
  refetchInterval: 5_000,
})
