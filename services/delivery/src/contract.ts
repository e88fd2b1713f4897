import { defineContract } from '@fanfare/kernel'
import { z } from 'zod'
import { engagementKinds } from './contract/events.ts'
import { FeedbackEntry } from './contract/feedback.ts'
import { Accounting, Delivery } from './contract/ledger.ts'
import { Sender } from './contract/sender.ts'

export * from './contract/dkim.ts'
export * from './contract/dns-record.ts'
export * from './contract/engine.ts'
export * from './contract/events.ts'
export * from './contract/feedback.ts'
export * from './contract/ledger.ts'
export * from './contract/mailbox.ts'
export * from './contract/message.ts'
export * from './contract/pacing.ts'
export * from './contract/provider.ts'
export * from './contract/sandbox.ts'
export * from './contract/sender.ts'
export * from './contract/tracking-domain.ts'
export * from './contract/webhook.ts'
export * from './contract/webhook-event.ts'

const tenantId = z.uuid()
const ofCampaign = z.object({ tenantId, campaignId: z.uuid() })
/** What other services may ask of delivery. */
export const DeliveryEngine = defineContract('delivery', 1, {
  /** Sets up the dispatch of a campaign: its sender and variants, compiled and frozen. Repeating it changes nothing. */
  prepareDispatch: {
    input: z.object({
      tenantId,
      campaignId: z.uuid(),
      name: z.string(),
      senderId: z.uuid(),
      variants: z
        .array(z.object({ variantId: z.uuid(), label: z.string(), emailId: z.uuid() }))
        .min(1)
        .max(10),
    }),
    output: z.object({}),
    idempotent: true,
  },
  /** Adds a page of the frozen audience; a contact already there is left as it is. `variantId` null holds the person out. */
  addRecipients: {
    input: z.object({
      tenantId,
      campaignId: z.uuid(),
      recipients: z
        .array(z.object({ contactId: z.uuid(), email: z.string(), variantId: z.uuid().nullable() }))
        .max(10_000),
    }),
    output: z.object({ added: z.int() }),
    idempotent: true,
  },
  /** Sending begins while more recipients come. */
  openDispatch: { input: ofCampaign, output: z.object({}), idempotent: true },
  /** The audience is complete: all of it is sent, unless it was paused, and the dispatch finishes when nothing is pending. */
  startDispatch: { input: ofCampaign, output: z.object({}), idempotent: true },
  /** No new hand-off within a second; what is on the wire finishes. */
  pauseDispatch: { input: ofCampaign, output: z.object({}), idempotent: true },
  resumeDispatch: { input: ofCampaign, output: z.object({}), idempotent: true },
  /** What is not on the wire becomes `cancelled`. */
  cancelDispatch: { input: ofCampaign, output: z.object({ cancelled: z.int() }), idempotent: true },
  getAccounting: { input: ofCampaign, output: Accounting },
  /** Accounting of several campaigns in one question; those without a dispatch are left out. */
  listAccounting: {
    input: z.object({ tenantId, campaignIds: z.array(z.uuid()).max(100) }),
    output: z.array(Accounting.extend({ campaignId: z.uuid() })),
  },
  /** Sends one message now, outside any campaign, merged with a contact's values when one is given. Waits for the outcome. */
  sendTest: {
    input: z.object({
      tenantId,
      senderId: z.uuid(),
      emailId: z.uuid(),
      to: z.string().max(254).pipe(z.email()),
      contactId: z.uuid().optional(),
    }),
    output: z.object({ accepted: z.boolean(), reply: z.string() }),
  },
  listSenders: { input: z.object({ tenantId }), output: z.array(Sender) },
  /** A workspace's first sender into the sandbox, made when it has none. */
  ensureSandboxSender: { input: z.object({ tenantId, fromName: z.string() }), output: Sender, idempotent: true },
  /** Messages since then: those that are out, and those that are on their way. And the bytes of kept attachments. */
  getUsage: {
    input: z.object({ tenantId, since: z.iso.datetime() }),
    output: z.object({ sends: z.int(), storageBytes: z.number() }),
  },
  /** Every delivery of one contact, newest first, at most 200. */
  listContactDeliveries: { input: z.object({ tenantId, contactId: z.uuid() }), output: z.array(Delivery) },
  /** What one contact did with what they got, newest first, at most 500. */
  listContactHits: {
    input: z.object({ tenantId, contactId: z.uuid() }),
    output: z.array(
      z.object({
        campaignId: z.uuid().nullable(),
        kind: z.enum(engagementKinds),
        url: z.string().nullable(),
        machine: z.number(),
        at: z.iso.datetime(),
      }),
    ),
  },
  /** What was heard of one contact’s messages after they were handed over, newest first, at most 200. */
  listContactFeedback: { input: z.object({ tenantId, contactId: z.uuid() }), output: z.array(FeedbackEntry) },
})
