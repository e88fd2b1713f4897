import type { Permission } from '@fanfare/identity/contract'
import { can, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { CampaignReport, Home, NewEvents, TimelineEntry, Usage } from './contract.ts'
import type { Deps } from './deps.ts'
import { recordEvents } from './external-events.ts'
import { getHome, getReport } from './reports.ts'
import { getTimeline } from './timeline.ts'
import { getUsage } from './usage.ts'

const permitted = (permission: Permission) => can(permission)

export function analyticsRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/campaigns/:campaignId/report',
      name: 'getReport',
      summary: 'Shows what came of a campaign, people and machines apart',
      access: permitted('analytics.read'),
      params: z.object({ campaignId: z.uuid() }),
      replies: { 200: CampaignReport },
      handler: async ({ caller, params }) => ({
        status: 200,
        body: await getReport(deps, { tenantId: caller.tenantId, campaignId: params.campaignId }),
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/home',
      name: 'getHome',
      summary: 'Shows the workspace at a glance',
      access: permitted('analytics.read'),
      replies: { 200: Home },
      handler: async ({ caller }) => ({ status: 200, body: await getHome(deps, caller.tenantId) }),
    }),
    route({
      method: 'GET',
      path: '/v1/usage',
      name: 'getUsage',
      summary: 'Shows what the workspace uses and what it may use',
      access: permitted('workspace.read'),
      replies: { 200: Usage },
      handler: async ({ caller }) => ({ status: 200, body: await getUsage(deps, caller.tenantId) }),
    }),
    route({
      method: 'GET',
      path: '/v1/contacts/:contactId/timeline',
      name: 'getTimeline',
      summary: 'Tells what happened with a contact and why, newest first',
      access: permitted('analytics.read'),
      params: z.object({ contactId: z.uuid() }),
      replies: { 200: z.object({ rows: z.array(TimelineEntry) }) },
      handler: async ({ caller, params }) => ({
        status: 200,
        body: { rows: await getTimeline(deps, { tenantId: caller.tenantId, contactId: params.contactId }) },
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/events',
      name: 'recordEvents',
      summary: 'Takes in things that happened elsewhere; an id that was seen before counts once',
      access: permitted('analytics.write'),
      body: NewEvents,
      replies: { 202: z.object({ accepted: z.int() }) },
      handler: async ({ caller, body }) => ({
        status: 202,
        body: await recordEvents(deps, caller.tenantId, body.events),
      }),
    }),
  ]
}
