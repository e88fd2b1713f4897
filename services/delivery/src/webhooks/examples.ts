import { type WebhookEvent, type WebhookEventType, webhookEvents, webhookEventTypes } from '../contract.ts'

const at = '2026-01-31T09:30:00.000Z'
const message = {
  messageId: '019b8d4e-5a00-7c11-9d2f-3f4a5b6c7d8e',
  campaignId: '019b8d4e-1200-7a0b-8c3d-1e2f3a4b5c6d',
  variantId: '019b8d4e-1201-7b1c-9d4e-2f3a4b5c6d7e',
  contactId: '019b8d4d-0100-7c2d-ae5f-3a4b5c6d7e8f',
  email: 'ada@example.com',
}

/** What the data of each type says besides the message; undefined where that is all. */
const more: Partial<Record<WebhookEventType, Readonly<Record<string, unknown>>>> = {
  'message.failed': { reason: '550 5.1.1 No such user here' },
  'message.suppressed': { reason: 'The person has unsubscribed' },
  'message.cancelled': { reason: null },
  'message.unknown': { reason: 'The connection was lost after the message and before its answer' },
  'message.bounced': { hard: true, reason: 'userunknown' },
  'message.opened': { machine: 0.1 },
  'message.clicked': { machine: 0.02, url: 'https://shop.example/offer' },
}

/** Every type that a webhook can subscribe to, with a body as it would be sent for the workspace. */
export function describeEvents(workspaceId: string) {
  return webhookEventTypes.map((type) => ({
    type,
    summary: webhookEvents[type].description ?? '',
    example: exampleOf(type, workspaceId),
  }))
}

function exampleOf(type: WebhookEventType, workspaceId: string): WebhookEvent {
  const data = type === 'campaign.finished' ? { campaignId: message.campaignId } : { ...message, ...more[type] }
  return webhookEvents[type].parse({ type, version: 1, timestamp: at, workspaceId, data })
}
