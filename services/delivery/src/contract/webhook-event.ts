import { z } from 'zod'

const MessageData = z.object({
  messageId: z.uuid().describe('The message, as the API and the list of deliveries name it'),
  campaignId: z.uuid().nullable().describe('Null for a message outside any campaign'),
  variantId: z.uuid().nullable(),
  contactId: z.uuid().nullable(),
  email: z.string().nullable().describe('Whom it was for; null when the message is no longer kept'),
})
const WithReason = MessageData.extend({
  reason: z.string().nullable().describe('Why, in words: the server’s reply, the block'),
})
const machine = z.number().describe('How likely a scanner or proxy did it, 0 to 1')

/** What a webhook can subscribe to, and what each says. A breaking change of one gets a new `version`. */
export const webhookEvents = {
  'message.accepted': event('message.accepted', MessageData, 'The next server took the message over'),
  'message.deferred': event(
    'message.deferred',
    MessageData,
    'A server on the way could not pass it on yet and tries on',
  ),
  'message.failed': event('message.failed', WithReason, 'Refused, or given up after the last try; it will not arrive'),
  'message.suppressed': event('message.suppressed', WithReason, 'Not sent: the person may not be written to'),
  'message.cancelled': event('message.cancelled', WithReason, 'Not sent: cancelled before it left'),
  'message.unknown': event(
    'message.unknown',
    WithReason,
    'The connection was lost between the message and its answer: it may or may not arrive',
  ),
  'message.delivered': event('message.delivered', MessageData, 'The recipient’s own server has it'),
  'message.bounced': event(
    'message.bounced',
    MessageData.extend({
      hard: z.boolean().describe('The address itself is at fault and is suppressed from now on'),
      reason: z.string().nullable().describe('One of the bounce reasons'),
    }),
    'Came back after it was accepted',
  ),
  'message.complained': event('message.complained', MessageData, 'The person reported it as spam'),
  'message.opened': event('message.opened', MessageData.extend({ machine }), 'Its picture was loaded'),
  'message.clicked': event(
    'message.clicked',
    MessageData.extend({ machine, url: z.string().nullable().describe('Null when longer than 8 000 bytes') }),
    'A link in it was followed',
  ),
  'message.unsubscribed': event('message.unsubscribed', MessageData, 'The person left through it'),
  'message.replied': event('message.replied', MessageData, 'A person answered it'),
  'campaign.finished': event(
    'campaign.finished',
    z.object({ campaignId: z.uuid() }),
    'Nothing of the campaign is pending any more',
  ),
} as const
export type WebhookEventType = keyof typeof webhookEvents
export const webhookEventTypes = Object.keys(webhookEvents) as [WebhookEventType, ...WebhookEventType[]]

/** Sent only on request, to try a webhook out. Nobody subscribes to it. */
export const TestEvent = event('webhook.test', z.object({ webhookId: z.uuid() }), 'Sent on request, to try a webhook')

const bodies = [TestEvent, ...Object.values(webhookEvents)] as const
/** The body of every call to a webhook: `{ type, version, timestamp, workspaceId, data }`. */
export const WebhookEvent = z.discriminatedUnion('type', bodies).meta({ id: 'WebhookEvent' })
export type WebhookEvent = z.infer<typeof WebhookEvent>

function event<const T extends string, D extends z.ZodType>(type: T, data: D, summary: string) {
  return z
    .object({
      type: z.literal(type),
      version: z.literal(1).describe('Of this type’s data'),
      timestamp: z.iso.datetime().describe('When it happened'),
      workspaceId: z.uuid(),
      data,
    })
    .describe(summary)
}
