import { defineEvent } from '@fanfare/kernel'
import { z } from 'zod'

export const engagementKinds = ['open', 'click', 'unsubscribe'] as const
/** What recipients did, in sets of up to 500. `machine` is how likely a scanner or a proxy did it, 0 to 1. */
export const Engaged = defineEvent(
  'delivery.engaged',
  1,
  z.object({
    hits: z.array(
      z.object({
        id: z.uuid(),
        deliveryId: z.uuid(),
        campaignId: z.uuid(),
        variantId: z.uuid().nullable(),
        contactId: z.uuid(),
        kind: z.enum(engagementKinds),
        url: z.string().nullable(),
        machine: z.number(),
        at: z.iso.datetime(),
      }),
    ),
  }),
)
/** Deliveries reached an end, in sets of up to 1 000. */
export const Settled = defineEvent(
  'delivery.settled',
  1,
  z.object({
    campaignId: z.uuid(),
    deliveries: z.array(
      z.object({
        deliveryId: z.uuid(),
        contactId: z.uuid(),
        variantId: z.uuid().nullable(),
        state: z.enum(['accepted', 'failed', 'suppressed', 'unknown', 'cancelled']),
        at: z.iso.datetime(),
      }),
    ),
  }),
)
/** Nothing of a campaign is pending any more. */
export const DispatchFinished = defineEvent('delivery.dispatch_finished', 1, z.object({ campaignId: z.uuid() }))
