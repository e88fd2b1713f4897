import { defineEvent } from '@fanfare/kernel'
import { z } from 'zod'
import { WebhookEvent, webhookEventTypes } from './webhook-event.ts'

export const webhookStates = ['active', 'disabled'] as const
/** `sending` is also what a message was when its process died; it is sent again when its lease ends. */
export const webhookMessageStates = ['pending', 'sending', 'delivered', 'failed'] as const
export type WebhookMessageState = (typeof webhookMessageStates)[number]

const Url = z.url({ protocol: /^https?$/, error: 'Use an address that begins with https:// or http://' }).max(2_000)
const Description = z.string().trim().max(500)
const Types = z
  .array(z.enum(webhookEventTypes))
  .min(1)
  .max(webhookEventTypes.length)
  .transform((types) => [...new Set(types)])

export const Webhook = z.object({
  id: z.uuid(),
  url: z.string().describe('Only its origin for those who may not change webhooks: a path may hold a secret'),
  description: z.string(),
  types: z.array(z.enum(webhookEventTypes)),
  state: z.enum(webhookStates),
  disabledReason: z.string().nullable(),
  disabledAt: z.iso.datetime().nullable(),
  failingSince: z.iso.datetime().nullable().describe('When calls began to fail without one that worked since'),
  restsUntil: z.iso
    .datetime()
    .nullable()
    .describe('Not called before then: it asked for that, or failed often in a row'),
  previousSecretUntil: z.iso
    .datetime()
    .nullable()
    .describe('Until then calls are also signed with the secret of before'),
  createdAt: z.iso.datetime(),
})
export type Webhook = z.infer<typeof Webhook>

export const NewWebhook = z.object({ url: Url, description: Description.default(''), types: Types })
export type NewWebhook = z.infer<typeof NewWebhook>
export const WebhookChange = z.object({
  url: Url.optional(),
  description: Description.optional(),
  types: Types.optional(),
  state: z.enum(webhookStates).optional().describe('`active` ends a pause and forgets earlier failures'),
})
export type WebhookChange = z.infer<typeof WebhookChange>

const secret = z.string().describe('`whsec_…`, for the signatures of https://www.standardwebhooks.com; shown only here')
/** The only replies that ever hold a secret. */
export const IssuedWebhook = Webhook.extend({ secret })
export const RotateSecret = z.object({
  overlapHours: z.int().min(0).max(168).default(24).describe('How long calls are signed with the old secret, too'),
})

export const WebhookMessage = z.object({
  id: z.uuid().describe('The header webhook-id, the same however often it is sent'),
  type: z.string(),
  state: z.enum(webhookMessageStates),
  attempts: z.int().describe('Since it was made or replayed'),
  nextAt: z.iso.datetime().nullable(),
  lastStatus: z.int().nullable().describe('HTTP status of the last answer; null when there was none'),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
})
export type WebhookMessage = z.infer<typeof WebhookMessage>
export const WebhookAttempt = z.object({
  at: z.iso.datetime(),
  durationMs: z.int(),
  status: z.int().nullable(),
  error: z.string().nullable().describe('Why there was no answer, or why it was not taken as one'),
  response: z
    .string()
    .nullable()
    .describe('The start of what a failing receiver answered, at most 4 KB; only for those who may change webhooks'),
})
export type WebhookAttempt = z.infer<typeof WebhookAttempt>
/** An attempt in the list of all calls to a webhook. */
export const ListedWebhookAttempt = WebhookAttempt.extend({ id: z.uuid(), messageId: z.uuid() })
export type ListedWebhookAttempt = z.infer<typeof ListedWebhookAttempt>
export const WebhookMessageDetail = WebhookMessage.extend({
  payload: z.string().describe('The body, byte for byte as it is signed'),
  attemptList: z.array(WebhookAttempt).describe('Newest first, at most 100'),
})
export type WebhookMessageDetail = z.infer<typeof WebhookMessageDetail>

export const ReplaySince = z.object({
  since: z.iso.datetime({ offset: true }).describe('Messages that were made at this time or later and have failed'),
})
export const WebhookTest = WebhookAttempt.extend({ messageId: z.uuid(), delivered: z.boolean() })
export const WebhookEventKind = z.object({ type: z.string(), summary: z.string(), example: WebhookEvent })

/** A webhook was switched off because it answered 410, or failed for days: somebody should hear of it. */
export const WebhookDisabled = defineEvent(
  'delivery.webhook_disabled',
  1,
  z.object({ webhookId: z.uuid(), reason: z.string(), at: z.iso.datetime() }),
)
