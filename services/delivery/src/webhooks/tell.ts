import type { EventDefinition, EventOf } from '@fanfare/kernel'
import { z } from 'zod'
import { DispatchFinished, Engaged, FeedbackReceived, Settled, type WebhookEvent } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { findMessageFacts, insertMessages, type MessageFacts } from '../store/webhook-messages.ts'
import { type Happening, type Reader, readEngaged, readFeedback, readFinished, readSettled } from './happenings.ts'
import { messageIdOf } from './ids.ts'

type TellDeps = Pick<Deps, 'db' | 'events' | 'subscribers' | 'webhookWorker'>

/** Makes messages for webhooks of what this service tells the others. */
export function tellWebhooks(deps: TellDeps): void {
  const sources = [
    [Settled, 'delivery.tell-webhooks-of-settled', readSettled],
    [FeedbackReceived, 'delivery.tell-webhooks-of-feedback', readFeedback],
    [Engaged, 'delivery.tell-webhooks-of-engagement', readEngaged],
    [DispatchFinished, 'delivery.tell-webhooks-of-finish', readFinished],
  ] as const
  for (const [event, subscription, read] of sources) {
    deps.events.on(unread(event), subscription, (told) => tell(deps, told, read))
  }
}

/** The same event with its data left alone: parsing a thousand recipients is for nothing where no webhook wants them. */
function unread({ type, version }: EventDefinition): EventDefinition<z.ZodUnknown> {
  return { type, version, data: z.unknown() }
}

async function tell(deps: TellDeps, event: EventOf, read: Reader): Promise<void> {
  const { tenantId } = event
  const wanted = await deps.subscribers.typesOf(tenantId)
  if (wanted.size === 0) return
  const happenings = read(event.data, wanted, event.time)
  if (happenings.length === 0) return
  await deps.db.withTenant(tenantId, async (trx) => {
    const ids = new Set(happenings.flatMap(({ message }) => (message ? [message.messageId] : [])))
    const facts = await findMessageFacts(trx, tenantId, [...ids])
    const messages = happenings.map((happening) => ({
      id: messageIdOf(event.id, happening.key),
      type: happening.type,
      payload: JSON.stringify(bodyOf(tenantId, happening, facts)),
    }))
    await insertMessages(trx, tenantId, messages)
  })
  deps.db.afterCommit(() => deps.webhookWorker.wake())
}

const withReason: ReadonlySet<string> = new Set([
  'message.failed',
  'message.suppressed',
  'message.cancelled',
  'message.unknown',
])
/** A body stays below 20 KB whatever a server had to say. */
const longestReason = 1_000

/** What is sent: a `WebhookEvent`. The ledger adds to whom the message went and why it ended. */
function bodyOf(workspaceId: string, happening: Happening, facts: ReadonlyMap<string, MessageFacts>) {
  const { type, at: timestamp, message, more } = happening
  const known = message && facts.get(message.messageId)
  const reason = known?.reason?.slice(0, longestReason) ?? null
  const data = {
    ...(message && { ...message, email: known?.email ?? null }),
    ...(withReason.has(type) && { reason }),
    ...more,
  }
  return { type, version: 1, timestamp, workspaceId, data } as WebhookEvent
}
