import { defineContract, defineEvent } from '@fanfare/kernel'
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
  trouble: z
    .string()
    .nullable()
    .describe(
      'Why nothing can leave just now, in words; everybody stays pending and it is tried again. Null when all is well',
    ),
})
export type Standing = z.infer<typeof Standing>

const HeaderText = z
  .string()
  .trim()
  .max(200)
  // A line break in a header is a new header (RFC 5322 §2.2); other controls have no place in a name.
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'Use no control characters or line breaks')
export const senderKinds = ['sandbox', 'smtp'] as const
export const SmtpSettings = z.object({
  host: z
    .string()
    .trim()
    .min(1)
    .max(253)
    .regex(/^[A-Za-z0-9.:-]+$/, 'Use a host name or an address'),
  port: z.int().min(1).max(65_535).default(587),
  /** `required`: STARTTLS or fail. `implicit`: TLS from the first byte. `none` only for a server on this machine. */
  tls: z.enum(['required', 'implicit', 'none']).default('required'),
  username: z.string().max(500).default(''),
})
export const Sender = z.object({
  id: z.uuid(),
  name: z.string(),
  fromName: z.string(),
  fromEmail: z.string(),
  replyTo: z.string(),
  postalAddress: z.string(),
  kind: z.enum(senderKinds),
  smtp: SmtpSettings.nullable(),
  hasPassword: z.boolean(),
  messagesPerSecond: z.number().nullable(),
  createdAt: z.iso.datetime(),
})
export type Sender = z.infer<typeof Sender>
export const NewSender = z.object({
  name: HeaderText.min(1),
  fromName: HeaderText.min(1),
  fromEmail: z.string().trim().max(254).pipe(z.email()),
  replyTo: z.union([z.literal(''), z.string().trim().max(254).pipe(z.email())]).default(''),
  postalAddress: z.string().trim().max(500).default(''),
  kind: z.enum(senderKinds),
  smtp: SmtpSettings.nullable().default(null),
  /** Stored sealed; never returned. */
  password: z.string().max(1000).optional(),
  messagesPerSecond: z.number().positive().max(100_000).nullable().default(null),
})
export type NewSender = z.infer<typeof NewSender>
/** One thing that must be in order before a sender can be trusted with bulk mail. */
export const SenderCheck = z.object({
  name: z.enum(['connection', 'spf', 'dkim', 'dmarc', 'ptr', 'from']),
  state: z.enum(['pass', 'warn', 'fail', 'skipped']),
  text: z.string(),
})

export const Delivery = z.object({
  id: z.uuid(),
  campaignId: z.uuid(),
  contactId: z.uuid(),
  email: z.string(),
  variantId: z.uuid().nullable(),
  state: z.enum(deliveryStates),
  reason: z.string().nullable().describe('Why it is in this state, in words: the server’s reply, the block'),
  attempts: z.int(),
  messageId: z.string().nullable(),
  queuedAt: z.iso.datetime(),
  settledAt: z.iso.datetime().nullable(),
})
export type Delivery = z.infer<typeof Delivery>

export const SandboxMessageSummary = z.object({
  id: z.uuid(),
  from: z.string(),
  to: z.array(z.string()),
  subject: z.string(),
  bytes: z.int(),
  receivedAt: z.iso.datetime(),
})
export const SandboxMessage = SandboxMessageSummary.extend({
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  text: z.string(),
  html: z.string().describe('Show only in a frame with sandbox and no scripts'),
})

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
  /** The audience is complete: sending may begin. */
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
  /** Every delivery of one contact, newest first, at most 200. */
  listContactDeliveries: { input: z.object({ tenantId, contactId: z.uuid() }), output: z.array(Delivery) },
  /** What one contact did with what they got, newest first, at most 500. */
  listContactHits: {
    input: z.object({ tenantId, contactId: z.uuid() }),
    output: z.array(
      z.object({
        campaignId: z.uuid(),
        kind: z.enum(engagementKinds),
        url: z.string().nullable(),
        machine: z.number(),
        at: z.iso.datetime(),
      }),
    ),
  },
})
