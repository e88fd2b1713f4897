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
