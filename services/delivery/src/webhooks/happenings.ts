import type { z } from 'zod'
import {
  DispatchFinished,
  Engaged,
  type engagementKinds,
  type FeedbackKind,
  FeedbackReceived,
  Settled,
  type WebhookEventType,
} from '../contract.ts'

/** One thing to tell webhooks of, before it is known to whom the message went. */
export interface Happening {
  readonly type: WebhookEventType
  /** Its own within the event that tells of it. */
  readonly key: string
  readonly at: string
  readonly message: Message | undefined
  /** What its type says besides the message. */
  readonly more: Readonly<Record<string, unknown>>
}
export interface Message {
  readonly messageId: string
  readonly campaignId: string | null
  readonly variantId: string | null
  readonly contactId: string | null
}
/** Takes an event apart; leaves out what is of no wanted type before anything is made of it. */
export type Reader = (data: unknown, wanted: ReadonlySet<WebhookEventType>, time: Date) => Happening[]

type SettledState = z.output<typeof Settled.data>['groups'][number]['state']
const typeOfState = {
  accepted: 'message.accepted',
  failed: 'message.failed',
  suppressed: 'message.suppressed',
  unknown: 'message.unknown',
  cancelled: 'message.cancelled',
} as const satisfies Record<SettledState, WebhookEventType>

export const readSettled: Reader = (data, wanted) => {
  const { campaignId, at, groups } = Settled.data.parse(data)
  return groups.flatMap(({ variantId, state, deliveryIds, contactIds }) => {
    const type = typeOfState[state]
    if (!wanted.has(type)) return []
    return deliveryIds.map((messageId, index) => {
      const message = { messageId, campaignId, variantId, contactId: contactIds[index] ?? null }
      return { type, key: messageId, at, message, more: {} }
    })
  })
}

/** An automatic reply says nothing of the person, and is told to nobody. */
const typeOfFeedback = {
  delivered: 'message.delivered',
  delayed: 'message.deferred',
  bounced: 'message.bounced',
  complained: 'message.complained',
  unsubscribed: 'message.unsubscribed',
  replied: 'message.replied',
  auto_replied: undefined,
} as const satisfies Record<FeedbackKind, WebhookEventType | undefined>

export const readFeedback: Reader = (data, wanted) =>
  FeedbackReceived.data.parse(data).feedback.flatMap(({ kind, hard, reason, at, deliveryId, ...message }, index) => {
    const type = typeOfFeedback[kind]
    if (type === undefined || !wanted.has(type)) return []
    const more = kind === 'bounced' ? { hard, reason } : {}
    return [{ type, key: String(index), at, message: { messageId: deliveryId, ...message }, more }]
  })

const typeOfHit = {
  open: 'message.opened',
  click: 'message.clicked',
  unsubscribe: 'message.unsubscribed',
} as const satisfies Record<(typeof engagementKinds)[number], WebhookEventType>

/** In bytes: a body stays below 20 KB. */
const longestUrl = 8_000

export const readEngaged: Reader = (data, wanted) =>
  Engaged.data.parse(data).hits.flatMap(({ id, kind, url, machine, at, deliveryId, ...message }) => {
    const type = typeOfHit[kind]
    if (!wanted.has(type)) return []
    const shown = url === null || Buffer.byteLength(url) > longestUrl ? null : url
    const more = kind === 'click' ? { machine, url: shown } : kind === 'open' ? { machine } : {}
    return [{ type, key: id, at, message: { messageId: deliveryId, ...message }, more }]
  })

export const readFinished: Reader = (data, wanted, time) => {
  const { campaignId } = DispatchFinished.data.parse(data)
  if (!wanted.has('campaign.finished')) return []
  const at = time.toISOString()
  return [{ type: 'campaign.finished', key: campaignId, at, message: undefined, more: { campaignId } }]
}
