import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import type { CampaignReport, Home, Rows, SystemReport, TimelineEntry } from './types.ts'

export const homeQuery = queryOptions({
  queryKey: ['home'],
  queryFn: ({ signal }) => call<Home>('GET', '/v1/home', { signal }),
})
export const reportQuery = (campaignId: string) =>
  queryOptions({
    queryKey: ['report', campaignId],
    queryFn: ({ signal }) => call<CampaignReport>('GET', `/v1/campaigns/${campaignId}/report`, { signal }),
  })
export const timelineQuery = (contactId: string) =>
  queryOptions({
    queryKey: ['timeline', contactId],
    queryFn: ({ signal }) => call<Rows<TimelineEntry>>('GET', `/v1/contacts/${contactId}/timeline`, { signal }),
  })
export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: ({ signal }) => call<SystemReport>('GET', '/v1/system/services', { signal }),
  refetchInterval: 5_000,
})
