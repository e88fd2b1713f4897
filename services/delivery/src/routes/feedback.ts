import { can, PageQuery, pageOf, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { FeedbackEntry, FeedbackSummary, feedbackKinds } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { listFeedback, summariseFeedback } from '../feedback/views.ts'

const FeedbackPageQuery = PageQuery.extend({
  kind: z.enum(feedbackKinds).optional(),
  campaignId: z.uuid().optional(),
  contactId: z.uuid().optional(),
})
const SummaryQuery = z.object({
  campaignId: z.uuid().optional().describe('Only of this campaign, whenever it was'),
  days: z.coerce.number().int().min(1).max(365).default(30).describe('Without a campaign: of the last days'),
})

export function feedbackRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/feedback',
      name: 'listFeedback',
      summary: 'Bounces, complaints, replies and what else was heard of messages, newest first',
      access: can('delivery.read'),
      query: FeedbackPageQuery,
      replies: { 200: pageOf(FeedbackEntry) },
      handler: async ({ caller: { tenantId }, query }) => ({
        status: 200,
        body: await listFeedback(deps, tenantId, query),
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/feedback/summary',
      name: 'summariseFeedback',
      summary: 'Bounces and complaints by sender, destination and reason',
      access: can('delivery.read'),
      query: SummaryQuery,
      replies: { 200: FeedbackSummary },
      handler: async ({ caller: { tenantId }, query }) => ({
        status: 200,
        body: await summariseFeedback(deps, tenantId, query),
      }),
    }),
  ]
}
