import { defineEvent } from '@fanfare/kernel'
import { z } from 'zod'

export const engagementKinds = ['open', 'click', 'unsubscribe'] as const
const Hit = z.object({
  id: z.uuid(),
  deliveryId: z.uuid(),
  campaignId: z.uuid().nullable().describe('Null for a message outside any campaign'),
  variantId: z.uuid().nullable(),
  contactId: z.uuid().nullable(),
  kind: z.enum(engagementKinds),
  url: z.string().nullable(),
  machine: z.number(),
  at: z.iso.datetime(),
})
/** What recipients did, in sets of up to 500. `machine` is how likely a scanner or a proxy did it, 0 to 1. */
export const Engaged = defineEvent('delivery.engaged', 1, z.object({ hits: z.array(Hit) }))
/**
 * Hits told of before that a later hit of the same message gave away, in sets of up to 500: the same in all but `machine`,
 * which only grows. It may be handled before the `delivery.engaged` that it corrects.
 */
export const Rejudged = defineEvent('delivery.rejudged', 1, z.object({ hits: z.array(Hit) }))
/** Deliveries of one dispatch reached an end, in sets of up to a batch, by variant and state. */
export const Settled = defineEvent(
  'delivery.settled',
  2,
  z.object({
    campaignId: z.uuid().nullable().describe('Null for messages outside any campaign'),
    at: z.iso.datetime(),
    groups: z.array(
      z.object({
        variantId: z.uuid().nullable(),
        state: z.enum(['accepted', 'failed', 'suppressed', 'unknown', 'cancelled']),
        deliveryIds: z.array(z.uuid()),
        contactIds: z.array(z.uuid().nullable()).describe('Whose each delivery is, in the same order'),
      }),
    ),
  }),
)
/** Nothing of a campaign is pending any more. */
export const DispatchFinished = defineEvent('delivery.dispatch_finished', 1, z.object({ campaignId: z.uuid() }))
/** The guard paused a campaign: who is written to, or what is written, harms the sender. */
export const DispatchHalted = defineEvent(
  'delivery.dispatch_halted',
  1,
  z.object({ campaignId: z.uuid(), reason: z.string() }),
)
