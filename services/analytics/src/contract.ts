import { Campaign } from '@fanfare/campaigns/contract'
import { Accounting } from '@fanfare/delivery/contract'
import { limitNames } from '@fanfare/identity/contract'
import { defineContract } from '@fanfare/kernel'
import { z } from 'zod'

/** People, not hits; `machine` figures are those that a scanner or a mail proxy most likely made (probability ≥ 0.5). */
export const Engagement = z.object({
  sent: z.int(),
  opened: z.int(),
  clicked: z.int(),
  unsubscribed: z.int(),
  machineOpened: z.int(),
  machineClicked: z.int(),
})
export type Engagement = z.infer<typeof Engagement>

export const CampaignReport = z.object({
  campaign: Campaign,
  accounting: Accounting,
  total: Engagement,
  variants: z.array(Engagement.extend({ variantId: z.uuid(), label: z.string(), share: z.int() })),
  /** Counts per bucket of `bucketSeconds` since the launch, oldest first; empty buckets are left out. */
  series: z.array(
    z.object({
      at: z.iso.datetime(),
      sent: z.int(),
      opens: z.int(),
      clicks: z.int(),
      unsubscribes: z.int(),
    }),
  ),
  bucketSeconds: z.int(),
  links: z.array(z.object({ url: z.string(), clicks: z.int(), people: z.int() })),
  funnel: z.array(z.object({ step: z.enum(['audience', 'sent', 'opened', 'clicked']), count: z.int() })),
  asOf: z.iso.datetime(),
})
export type CampaignReport = z.infer<typeof CampaignReport>

/** The home page in one reply. */
export const Home = z.object({
  contacts: z.int(),
  reachable: z.int(),
  suppressed: z.int(),
  last24Hours: Engagement,
  running: z.array(Campaign),
  recent: z.array(Campaign),
  /** Last 24 hours by the hour, oldest first, empty hours included. */
  hours: z.array(z.object({ at: z.iso.datetime(), sent: z.int(), opens: z.int(), clicks: z.int() })),
})
export type Home = z.infer<typeof Home>

/** What a workspace uses and may use. */
export const Usage = z.object({
  since: z.iso.datetime().describe("Since when a month's use is counted"),
  rows: z.array(
    z.object({
      name: z.enum(limitNames),
      used: z.number().nullable().describe('Null for calls a minute: each reply tells those in its RateLimit headers'),
      allowed: z.number().nullable().describe('Null is without limit'),
    }),
  ),
})
export type Usage = z.infer<typeof Usage>

/** One thing in the life of a contact: "why did this person get, or not get, this?" */
export const TimelineEntry = z.object({
  at: z.iso.datetime(),
  kind: z.string(),
  text: z.string(),
  campaignId: z.uuid().nullable(),
})

/** A thing that happened outside, sent to us. */
export const NewEvent = z.object({
  /** For repeats: the same id is kept once. */
  id: z.uuid().optional(),
  type: z.string().trim().min(1).max(100),
  contactId: z.uuid().optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  properties: z.record(z.string().max(100), z.union([z.string().max(2000), z.number(), z.boolean()])).default({}),
})
export const NewEvents = z.object({ events: z.array(NewEvent).min(1).max(1000) })

const tenantId = z.uuid()
export const Analytics = defineContract('analytics', 1, {
  getReport: { input: z.object({ tenantId, campaignId: z.uuid() }), output: CampaignReport },
})
