import type { Delivery, DeliveryState, FeedbackEntry, FeedbackKind } from '@fanfare/delivery/contract'
import { type Hit, isMachine } from './figures.ts'

/** Why this person did or did not get the campaign, in words for the one who sent it. */
export function tellDelivery({ state, reason }: Pick<Delivery, 'state' | 'reason'>, campaign: string): string {
  const name = `“${campaign}”`
  const why = reason === null || reason === '' ? 'the reason is not known' : reason
  const sentences: Record<DeliveryState, string> = {
    queued: `${name} is waiting for its turn to be sent`,
    claimed: `${name} is about to be sent`,
    attempting: `${name} is being handed to the mail server`,
    deferred: `${name} has not gone out yet and will be tried again: ${why}`,
    accepted: `${name} was sent, and the mail server took it`,
    failed: `${name} did not reach them: ${why}`,
    suppressed: `${name} was not sent to them: ${why}`,
    unknown: `${name} may have arrived: the connection was lost before the mail server answered, and nobody is sent the same mail twice`,
    cancelled: `${name} was not sent to them: the campaign was cancelled before their turn`,
    held: `${name} was kept from them on purpose: they are in the holdout that shows what the campaign changed`,
  }
  return sentences[state]
}

export function tellHit({ kind, url, machine }: Pick<Hit, 'kind' | 'url' | 'machine'>, campaign: string): string {
  const name = `“${campaign}”`
  const link = url ?? 'a link'
  if (kind === 'unsubscribe') return `Unsubscribed through ${name}`
  if (isMachine({ kind, machine })) {
    const what = kind === 'open' ? `${name} was opened` : `${link} in ${name} was followed`
    return `${what} by a machine, most likely a mail scanner or proxy; it counts apart`
  }
  return kind === 'open' ? `Opened ${name}` : `Clicked ${link} in ${name}`
}

/** What came back after a message was handed over. */
export function tellFeedback(
  { kind, hard, text }: Pick<FeedbackEntry, 'kind' | 'hard' | 'text'>,
  campaign: string,
): string {
  const name = `“${campaign}”`
  const words = text === '' ? 'without a word why' : text
  const bounce = hard ? `${name} came back, and they are not written to again: ${words}` : `${name} came back: ${words}`
  const sentences: Record<FeedbackKind, string> = {
    delivered: `${name} arrived at their mail server`,
    delayed: `${name} is held up on its way: ${words}`,
    bounced: bounce,
    complained: `Reported ${name} as unwanted, and is not written to again`,
    unsubscribed: `Unsubscribed through ${name}`,
    replied: `Answered ${name}: ${words}`,
    auto_replied: `${name} was answered by a machine: ${words}`,
  }
  return sentences[kind]
}

export function tellExternalEvent(type: string, properties: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(properties).slice(0, 5)
  if (entries.length === 0) return type
  return `${type} (${entries.map(([key, value]) => `${key}: ${String(value).slice(0, 100)}`).join(', ')})`
}
