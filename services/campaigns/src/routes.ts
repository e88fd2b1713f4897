import { Brief, CrewRun } from '@fanfare/ai/contract'
import type { Permission } from '@fanfare/identity/contract'
import { can, PageQuery, pageOf, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { approveCampaign, getReadiness } from './approval.ts'
import { changeCampaign, createCampaign, deleteCampaign, getCampaign, listCampaigns } from './campaigns.ts'
import {
  AcceptedDraft,
  Approval,
  Campaign,
  CampaignChange,
  campaignStates,
  NewCampaign,
  Readiness,
  Schedule,
  TestSend,
} from './contract.ts'
import type { Deps } from './deps.ts'
import {
  cancelCampaign,
  pauseCampaign,
  resumeCampaign,
  scheduleCampaign,
  sendCampaign,
  sendTest,
  unscheduleCampaign,
} from './dispatch.ts'
import { acceptDraft, draftCampaign } from './drafting.ts'
import type { CampaignKey } from './store.ts'

const permitted = (permission: Permission) => can(permission)
const OfCampaign = z.object({ campaignId: z.uuid() })

export function campaignRoutes(deps: Deps): Route[] {
  return [...editingRoutes(deps), ...draftingRoutes(deps), ...approvalRoutes(deps), ...dispatchRoutes(deps)]
}

function keyOf({ caller, params }: { caller: { tenantId: string }; params: { campaignId: string } }): CampaignKey {
  return { tenantId: caller.tenantId, campaignId: params.campaignId }
}

function editingRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/campaigns',
      name: 'listCampaigns',
      summary: 'Lists campaigns, newest first',
      access: permitted('campaigns.read'),
      query: PageQuery.extend({ state: z.enum(campaignStates).optional() }),
      replies: { 200: pageOf(Campaign) },
      handler: async ({ caller, query }) => ({
        status: 200,
        body: await listCampaigns(deps, { ...query, tenantId: caller.tenantId }),
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/campaigns',
      name: 'createCampaign',
      summary: 'Begins a campaign',
      access: permitted('campaigns.write'),
      body: NewCampaign,
      replies: { 201: Campaign },
      handler: async ({ caller, body }) => ({ status: 201, body: await createCampaign(deps, caller.tenantId, body) }),
    }),
    route({
      method: 'GET',
      path: '/v1/campaigns/:campaignId',
      name: 'getCampaign',
      summary: 'Shows a campaign',
      access: permitted('campaigns.read'),
      params: OfCampaign,
      replies: { 200: Campaign },
      handler: async (request) => ({ status: 200, body: await getCampaign(deps, keyOf(request)) }),
    }),
    route({
      method: 'PATCH',
      path: '/v1/campaigns/:campaignId',
      name: 'updateCampaign',
      summary: 'Changes a draft; an approved campaign becomes a draft again',
      access: permitted('campaigns.write'),
      params: OfCampaign,
      body: CampaignChange,
      replies: { 200: Campaign },
      handler: async (request) => ({ status: 200, body: await changeCampaign(deps, keyOf(request), request.body) }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/campaigns/:campaignId',
      name: 'deleteCampaign',
      summary: 'Deletes a draft',
      access: permitted('campaigns.write'),
      params: OfCampaign,
      replies: { 204: z.null() },
      handler: async (request) => {
        await deleteCampaign(deps, keyOf(request))
        return { status: 204, body: null }
      },
    }),
  ]
}

function draftingRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/campaigns/:campaignId/draft',
      name: 'draftCampaign',
      summary: 'Puts the crew to work on a brief',
      access: permitted('ai.run'),
      params: OfCampaign,
      body: z.object({ brief: Brief }),
      replies: { 201: CrewRun },
      callsPerMinute: 60,
      handler: async (request) => ({
        status: 201,
        body: await draftCampaign(deps, keyOf(request), request.body.brief),
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/campaigns/:campaignId/accept-draft',
      name: 'acceptDraft',
      summary: "Makes the crew's draft, as a person edited it, the variants of the campaign",
      access: permitted('campaigns.write'),
      params: OfCampaign,
      body: AcceptedDraft,
      // Ten texts of the size that an email may have.
      maxBodyBytes: 10_000_000,
      replies: { 200: Campaign },
      handler: async (request) => ({ status: 200, body: await acceptDraft(deps, keyOf(request), request.body) }),
    }),
  ]
}

function approvalRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/campaigns/:campaignId/readiness',
      name: 'getReadiness',
      summary: 'Says what a campaign still needs before it can be approved',
      access: permitted('campaigns.read'),
      params: OfCampaign,
      replies: { 200: Readiness },
      handler: async (request) => ({ status: 200, body: await getReadiness(deps, keyOf(request)) }),
    }),
    route({
      method: 'POST',
      path: '/v1/campaigns/:campaignId/test-send',
      name: 'testSend',
      summary: 'Sends one variant to one address and waits for the outcome',
      access: permitted('campaigns.write'),
      params: OfCampaign,
      body: TestSend,
      replies: { 200: z.object({ accepted: z.boolean(), reply: z.string() }) },
      callsPerMinute: 30,
      handler: async (request) => ({ status: 200, body: await sendTest(deps, keyOf(request), request.body) }),
    }),
    route({
      method: 'POST',
      path: '/v1/campaigns/:campaignId/approve',
      name: 'approveCampaign',
      summary: 'Approves exactly what the fingerprint names',
      access: permitted('campaigns.approve'),
      params: OfCampaign,
      body: Approval,
      replies: { 200: Campaign },
      handler: async (request) => {
        const { fingerprint } = request.body
        const { userId } = request.caller
        return { status: 200, body: await approveCampaign(deps, keyOf(request), { fingerprint, userId }) }
      },
    }),
  ]
}

/** What a person does to the sending; each takes no body and replies with the campaign. */
const steps = [
  { step: 'send', run: sendCampaign, summary: 'Sends an approved campaign now' },
  { step: 'unschedule', run: unscheduleCampaign, summary: 'Takes a scheduled campaign off its time' },
  { step: 'pause', run: pauseCampaign, summary: 'Stops new hand-offs within a second' },
  { step: 'resume', run: resumeCampaign, summary: 'Goes on with a paused campaign' },
  { step: 'cancel', run: cancelCampaign, summary: 'Ends a campaign; what is not sent yet never is' },
] as const

function dispatchRoutes(deps: Deps): Route[] {
  const stepRoutes = steps.map(({ step, run, summary }) =>
    route({
      method: 'POST',
      path: `/v1/campaigns/:campaignId/${step}`,
      name: `${step}Campaign`,
      summary,
      access: permitted('campaigns.send'),
      params: OfCampaign,
      replies: { 200: Campaign },
      handler: async (request) => ({ status: 200, body: await run(deps, keyOf(request)) }),
    }),
  )
  const schedule = route({
    method: 'POST',
    path: '/v1/campaigns/:campaignId/schedule',
    name: 'scheduleCampaign',
    summary: 'Sends an approved campaign at a time; again for another time',
    access: permitted('campaigns.send'),
    params: OfCampaign,
    body: Schedule,
    replies: { 200: Campaign },
    handler: async (request) => ({
      status: 200,
      body: await scheduleCampaign(deps, keyOf(request), new Date(request.body.at)),
    }),
  })
  return [...stepRoutes, schedule]
}
