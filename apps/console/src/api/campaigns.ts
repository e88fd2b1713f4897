import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import { pagedQuery } from './pages.ts'
import type {
  AcceptedDraft,
  Brief,
  Campaign,
  CampaignChange,
  CrewRun,
  NewCampaign,
  Readiness,
  TestResult,
  TestSend,
} from './types.ts'

const at = (id: string, step = '') => `/v1/campaigns/${id}${step}`

export const campaignsQuery = (state: string | undefined) => pagedQuery<Campaign>('/v1/campaigns', { state })
export const campaignQuery = (id: string) =>
  queryOptions({
    queryKey: ['campaign', id],
    queryFn: ({ signal }) => call<Campaign>('GET', at(id), { signal }),
  })
export const readinessQuery = (id: string) =>
  queryOptions({
    queryKey: ['campaign', id, 'readiness'],
    queryFn: ({ signal }) => call<Readiness>('GET', at(id, '/readiness'), { signal }),
  })

export const createCampaign = (body: NewCampaign) => call<Campaign>('POST', '/v1/campaigns', { body })
export const updateCampaign = (id: string, body: CampaignChange) => call<Campaign>('PATCH', at(id), { body })
export const deleteCampaign = (id: string) => call<void>('DELETE', at(id))
export const draftCampaign = (id: string, brief: Brief) => call<CrewRun>('POST', at(id, '/draft'), { body: { brief } })
export const acceptDraft = (id: string, body: AcceptedDraft) =>
  call<Campaign>('POST', at(id, '/accept-draft'), { body })
export const testSend = (id: string, body: TestSend) => call<TestResult>('POST', at(id, '/test-send'), { body })
export const approveCampaign = (id: string, fingerprint: string) =>
  call<Campaign>('POST', at(id, '/approve'), { body: { fingerprint } })
export const scheduleCampaign = (id: string, when: string) =>
  call<Campaign>('POST', at(id, '/schedule'), { body: { at: when } })

export type CampaignMove = 'send' | 'unschedule' | 'pause' | 'resume' | 'cancel'
export const moveCampaign = (id: string, move: CampaignMove) => call<Campaign>('POST', at(id, `/${move}`))
