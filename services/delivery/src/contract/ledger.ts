import { z } from 'zod'

/**
 * States of one delivery. `claimed` holds a lease; `attempting` was committed before the first byte left, so a crash from
 * there on is `unknown`, never a silent repeat. `held` people were left out on purpose and are not part of the audience.
 */
export const deliveryStates = [
  'queued',
  'claimed',
  'attempting',
  'deferred',
  'accepted',
  'failed',
  'suppressed',
  'unknown',
  'cancelled',
  'held',
] as const
export type DeliveryState = (typeof deliveryStates)[number]

/** Whose turn it is first: what a person waits for, then what a journey has due, then campaigns. */
export const lanes = ['transactional', 'journey', 'campaign'] as const
export type Lane = (typeof lanes)[number]

/** `audience = sent + failed + suppressed + pending + unknown`, always; cancelled recipients count as suppressed by the operator. */
export const Accounting = z.object({
  audience: z.int(),
  sent: z.int(),
  failed: z.int(),
  suppressed: z.int().describe('Not written to: blocked at dispatch, or cancelled'),
  pending: z.int(),
  unknown: z.int().describe('The connection was lost after the message and before the answer'),
  held: z.int().describe('Kept out as a holdout; not part of the audience'),
})
export type Accounting = z.infer<typeof Accounting>

/** The accounting of one campaign, and what keeps its messages from leaving. */
export const Standing = Accounting.extend({
  complete: z.boolean().describe('Whether everybody is in it: a launch begins to send while its audience still grows'),
  bounced: z.int().describe('Refused for good, at once or later; those refused later also count as sent'),
  hardBounced: z.int().describe('Of these, whose address does not exist'),
  complained: z.int().describe('Reported the message as unwanted'),
  replied: z.int().describe('Answered in person'),
  trouble: z
    .string()
    .nullable()
    .describe(
      'Why nothing can leave just now, in words; everybody stays pending and it is tried again. Null when all is well',
    ),
  halted: z.string().nullable().describe('Why the guard paused it by itself: too many bounces or complaints'),
  reconciledAt: z.iso
    .datetime()
    .nullable()
    .describe('When the counters were last compared with the ledger, row by row'),
  difference: z.int().nullable().describe('By how many rows they differed then: 0, or something is wrong'),
})
export type Standing = z.infer<typeof Standing>

export const Delivery = z.object({
  id: z.uuid(),
  campaignId: z.uuid().nullable().describe('Null for a message outside any campaign'),
  contactId: z.uuid().nullable().describe('Null where the address is no contact’s'),
  email: z.string(),
  variantId: z.uuid().nullable(),
  state: z.enum(deliveryStates),
  reason: z.string().nullable().describe('Why it is in this state, in words: the server’s reply, the block'),
  attempts: z.int(),
  tag: z.string().describe('What its Message-ID begins with, up to the @: by this other servers know it'),
  queuedAt: z.iso.datetime(),
  settledAt: z.iso.datetime().nullable(),
})
export type Delivery = z.infer<typeof Delivery>
