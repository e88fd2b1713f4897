import { queryOptions } from '@tanstack/react-query'
import { fanfare, given, take } from './call.ts'
import { pagedQuery } from './pages.ts'
import type { AcceptedDraft, Brief, Campaign, CampaignChange, CampaignState, NewCampaign, TestSend } from './types.ts'

export const campaignsQuery = (state: CampaignState | undefined) =>
  pagedQuery<Campaign>('/v1/campaigns', { state }, (page, signal) =>
    take(fanfare.GET('/v1/campaigns', { params: { query: { ...given({ state }), ...page } }, signal })),
  )
/** One page of the newest: campaigns are few, and the server has no search for them. */
export const newestCampaignsQuery = queryOptions({
  queryKey: ['newest-campaigns'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/campaigns', { params: { query: { limit: 100 } }, signal })),
})
export const campaignQuery = (id: string) =>
  queryOptions({
    queryKey: ['campaign', id],
    queryFn: ({ signal }) =>
      take(fanfare.GET('/v1/campaigns/{campaignId}', { params: { path: { campaignId: id } }, signal })),
  })
export const readinessQuery = (id: string) =>
  queryOptions({
    queryKey: ['campaign', id, 'readiness'],
    queryFn: ({ signal }) =>
      take(fanfare.GET('/v1/campaigns/{campaignId}/readiness', { params: { path: { campaignId: id } }, signal })),
  })

export const createCampaign = (body: NewCampaign) => take(fanfare.POST('/v1/campaigns', { body }))
export const updateCampaign = (id: string, body: CampaignChange) =>
  take(fanfare.PATCH('/v1/campaigns/{campaignId}', { params: { path: { campaignId: id } }, body }))
export const deleteCampaign = (id: string) =>
  take(fanfare.DELETE('/v1/campaigns/{campaignId}', { params: { path: { campaignId: id } } }))
export const draftCampaign = (id: string, brief: Brief) =>
  take(fanfare.POST('/v1/campaigns/{campaignId}/draft', { params: { path: { campaignId: id } }, body: { brief } }))
export const acceptDraft = (id: string, body: AcceptedDraft) =>
  take(fanfare.POST('/v1/campaigns/{campaignId}/accept-draft', { params: { path: { campaignId: id } }, body }))
export const testSend = (id: string, body: TestSend) =>
  take(fanfare.POST('/v1/campaigns/{campaignId}/test-send', { params: { path: { campaignId: id } }, body }))
export const approveCampaign = (id: string, fingerprint: string) =>
  take(
    fanfare.POST('/v1/campaigns/{campaignId}/approve', { params: { path: { campaignId: id } }, body: { fingerprint } }),
  )
export const scheduleCampaign = (id: string, when: string) =>
  take(
    fanfare.POST('/v1/campaigns/{campaignId}/schedule', { params: { path: { campaignId: id } }, body: { at: when } }),
  )

const moves = {
  send: '/v1/campaigns/{campaignId}/send',
  unschedule: '/v1/campaigns/{campaignId}/unschedule',
  pause: '/v1/campaigns/{campaignId}/pause',
  resume: '/v1/campaigns/{campaignId}/resume',
  cancel: '/v1/campaigns/{campaignId}/cancel',
} as const
export type CampaignMove = keyof typeof moves
export const moveCampaign = (id: string, move: CampaignMove) =>
  take(fanfare.POST(moves[move], { params: { path: { campaignId: id } } }))
