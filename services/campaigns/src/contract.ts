import { Brief } from '@fanfare/ai/contract'
import { AudienceRef } from '@fanfare/audience/contract'
import { Accounting } from '@fanfare/delivery/contract'
import { defineContract, defineEvent } from '@fanfare/kernel'
import { z } from 'zod'

/** draft → approved → (scheduled →) launching → sending ⇄ paused → done; cancelled from any but done. An edit of an approved campaign makes it a draft again. */
export const campaignStates = [
  'draft',
  'approved',
  'scheduled',
  'launching',
  'sending',
  'paused',
  'done',
  'cancelled',
] as const
export type CampaignState = (typeof campaignStates)[number]

const Name = z.string().trim().min(1).max(200)
export const Variant = z.object({
  id: z.uuid(),
  label: z.string(),
  emailId: z.uuid(),
  /** Share of those who are written to, in per cent; shares add up to 100. */
  share: z.int().min(0).max(100),
})
export type Variant = z.infer<typeof Variant>

export const Campaign = z.object({
  id: z.uuid(),
  name: Name,
  state: z.enum(campaignStates),
  brief: Brief.nullable(),
  crewRunId: z.uuid().nullable(),
  senderId: z.uuid().nullable(),
  audience: AudienceRef.nullable(),
  variants: z.array(Variant),
  holdoutPercent: z.int().min(0).max(50),
  scheduledAt: z.iso.datetime().nullable(),
  /** Of exactly what was approved; an edit changes it and asks for approval again. */
  fingerprint: z.string(),
  approvedAt: z.iso.datetime().nullable(),
  approvedBy: z.uuid().nullable(),
  launchedAt: z.iso.datetime().nullable(),
  frozenAt: z.iso
    .datetime()
    .nullable()
    .describe('When everybody was in; the first leave before that, while the accounting still grows'),
  finishedAt: z.iso.datetime().nullable(),
  attention: z.string().nullable().describe('Why it came back to a person: what stopped its launch'),
  accounting: Accounting.nullable().describe('Null before launch'),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type Campaign = z.infer<typeof Campaign>

export const NewCampaign = z.object({ name: Name, brief: Brief.optional() })
/** Only what is named changes; allowed while draft or approved. */
export const CampaignChange = z
  .object({
    name: Name,
    brief: Brief.nullable(),
    senderId: z.uuid().nullable(),
    audience: AudienceRef.nullable(),
    variants: z
      .array(z.object({ label: z.string().trim().min(1).max(100), emailId: z.uuid(), share: z.int().min(0).max(100) }))
      .max(10),
    holdoutPercent: z.int().min(0).max(50),
  })
  .partial()
export type CampaignChange = z.infer<typeof CampaignChange>

/** What a person made of the crew's draft: emails are made of these. Shares fill up to 100 in their proportion. */
export const AcceptedDraft = z.object({
  runId: z.uuid(),
  variants: z
    .array(
      z.object({
        label: z.string().trim().min(1).max(100),
        subject: z.string().min(1).max(500),
        preheader: z.string().max(500).default(''),
        body: z.string().min(1).max(900_000),
        share: z.int().min(0).max(100).default(0),
      }),
    )
    .min(1)
    .max(10),
})
export type AcceptedDraft = z.infer<typeof AcceptedDraft>

/** One thing a campaign needs before it can be approved. */
export const ReadinessCheck = z.object({
  name: z.enum(['sender', 'audience', 'variants', 'content', 'shares', 'postal_address', 'unsubscribe']),
  state: z.enum(['pass', 'warn', 'fail']),
  text: z.string(),
})
export const Readiness = z.object({
  ready: z.boolean(),
  fingerprint: z.string(),
  audienceCount: z.int().nullable(),
  checks: z.array(ReadinessCheck),
})
export type Readiness = z.infer<typeof Readiness>

/** The approval names what the person saw; another fingerprint is refused. */
export const Approval = z.object({ fingerprint: z.string().max(100) })
export const Schedule = z.object({ at: z.iso.datetime({ offset: true }) })
export const TestSend = z.object({
  to: z.string().trim().max(254).pipe(z.email()),
  variantId: z.uuid(),
  contactId: z.uuid().optional(),
})
export type TestSend = z.infer<typeof TestSend>

/** Nothing of the campaign is pending any more. */
export const CampaignFinished = defineEvent('campaigns.campaign_finished', 1, z.object({ campaignId: z.uuid() }))

const tenantId = z.uuid()
/** What other services may ask of campaigns. */
export const Campaigns = defineContract('campaigns', 1, {
  getCampaign: { input: z.object({ tenantId, campaignId: z.uuid() }), output: Campaign },
  /** Newest first. */
  listCampaigns: {
    input: z.object({ tenantId, limit: z.int().min(1).max(100).default(20) }),
    output: z.array(Campaign),
  },
  /** Names by id; unknown ids are left out. */
  nameCampaigns: {
    input: z.object({ tenantId, campaignIds: z.array(z.uuid()).max(1000) }),
    output: z.array(z.object({ campaignId: z.uuid(), name: z.string() })),
  },
})
