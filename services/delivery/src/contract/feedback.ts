import { defineEvent } from '@fanfare/kernel'
import { z } from 'zod'

/**
 * What was heard of a delivery after it was handed over, from a bounce mailbox or a provider's webhook.
 * - `delivered`: the recipient's server has it. `delayed`: a server on the way still tries.
 * - `bounced`: it will not arrive; `hard` says that the address itself is at fault.
 * - `complained`: the person reported it as spam (RFC 5965). `unsubscribed`: the person left through the provider.
 * - `replied`: a person answered. `auto_replied`: a machine did (RFC 3834), which says nothing of the person.
 */
export const feedbackKinds = [
  'delivered',
  'delayed',
  'bounced',
  'complained',
  'unsubscribed',
  'replied',
  'auto_replied',
] as const
export type FeedbackKind = (typeof feedbackKinds)[number]

/** Where feedback came from. */
export const feedbackSources = ['smtp', 'mailbox', 'sendgrid', 'mailgun', 'ses'] as const
export type FeedbackSource = (typeof feedbackSources)[number]

/** Something was heard of deliveries, in sets of up to 500. */
export const FeedbackReceived = defineEvent(
  'delivery.feedback_received',
  1,
  z.object({
    feedback: z.array(
      z.object({
        deliveryId: z.uuid(),
        campaignId: z.uuid().nullable().describe('Null for a message outside any campaign'),
        variantId: z.uuid().nullable(),
        contactId: z.uuid().nullable(),
        kind: z.enum(feedbackKinds),
        hard: z.boolean(),
        reason: z.string().nullable().describe('One of the bounce reasons, for a bounce'),
        at: z.iso.datetime(),
      }),
    ),
  }),
)

/** One thing that was heard of one delivery. */
export const FeedbackEntry = z.object({
  id: z.uuid(),
  deliveryId: z.uuid(),
  campaignId: z.uuid().nullable().describe('Null for a message outside any campaign'),
  contactId: z.uuid().nullable(),
  email: z.string(),
  senderId: z.uuid(),
  destination: z.string().describe('Whose servers it went to: a large provider, or `other`'),
  kind: z.enum(feedbackKinds),
  hard: z.boolean().describe('Of a bounce: the address itself is at fault and is not written to again'),
  reason: z
    .string()
    .nullable()
    .describe('Of a bounce, in the field’s groups: `userunknown`, `mailboxfull`, `blocked` …'),
  status: z.string().nullable().describe('Enhanced status code (RFC 3463)'),
  text: z.string().describe('The other side’s own words'),
  source: z.enum(feedbackSources),
  at: z.iso.datetime(),
})
export type FeedbackEntry = z.infer<typeof FeedbackEntry>

const Heard = z.object({
  bounced: z.int(),
  hardBounced: z.int(),
  complained: z.int(),
  replied: z.int(),
})
const Handed = Heard.extend({ sent: z.int().describe('Messages that servers took in this time') })

/** What was heard in a time, or of a campaign, by who sent, by where to, and by why not. Each delivery counts once a kind. */
export const FeedbackSummary = z.object({
  senders: z.array(Handed.extend({ senderId: z.uuid(), name: z.string() })),
  destinations: z.array(Handed.extend({ destination: z.string() })),
  reasons: z.array(z.object({ reason: z.string(), bounced: z.int(), hardBounced: z.int() })),
})
export type FeedbackSummary = z.infer<typeof FeedbackSummary>
