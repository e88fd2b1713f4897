import { createHash } from 'node:crypto'
import type { Clock, Keys } from '@fanfare/kernel'
import { type ReceivedMessage, readReceived } from '../bounces/read.ts'
import type { RecipientRow } from '../bounces/rows.ts'
import type { FeedbackKind, FeedbackSource } from '../contract.ts'
import type { Feedback } from '../feedback/feedback.ts'
import { readSignedAddress, type SignedPurpose } from '../message/return-path.ts'
import { type DeliveryRef, decodeTag } from '../message/tag.ts'

/** A message that came to us, and whom its envelope named; nobody where the envelope is not known. */
export interface Arrival {
  readonly source: Buffer
  readonly recipients: readonly string[]
}

/**
 * `feedback`: of one of our deliveries. `unmatched`: nothing in it says of which. `forged`: it names one in our form, and
 * the signature is not ours. `ignored`: of a delivery, and no news of the person, like an authentication report.
 */
export const understandings = ['feedback', 'unmatched', 'forged', 'ignored'] as const

export interface Understood {
  readonly outcome: (typeof understandings)[number]
  readonly message: ReceivedMessage
  readonly ref: DeliveryRef | undefined
}

/** Reads a message and finds the delivery it is about. Only what we signed ourselves is believed, never an address in a text. */
export function understand(keys: Pick<Keys, 'verify'>, { source, recipients }: Arrival): Understood {
  const read = readReceived(source)
  const named = recipients.flatMap((address) => readSignedAddress(keys, address) ?? [])
  const message = isLeave(named, read) ? leaveOf(read) : read
  const ref = named[0]?.ref ?? firstOf(message.tags, (tag) => decodeTag(keys, tag))
  if (ref === undefined) return { outcome: message.tags.length > 0 ? 'forged' : 'unmatched', message, ref }
  return { outcome: kindOf(message, '') === undefined ? 'ignored' : 'feedback', message, ref }
}

/** Mail to a way out leaves, whatever it says; unless it tells of mail that did not arrive. */
function isLeave(named: readonly { readonly purpose: SignedPurpose }[], { kind }: ReceivedMessage): boolean {
  return kind !== 'bounce' && kind !== 'complaint' && named[0]?.purpose === 'unsubscribe'
}

function leaveOf(message: ReceivedMessage): ReceivedMessage {
  return { ...message, kind: 'complaint', complaint: 'opt-out', complainers: [message.from] }
}

function firstOf<A, B>(values: readonly A[], find: (value: A) => B | undefined): B | undefined {
  for (const value of values) {
    const found = find(value)
    if (found !== undefined) return found
  }
  return undefined
}

/** What a message says of the delivery it is about. */
export function feedbackOf(
  { clock }: { readonly clock: Clock },
  { message, ref }: Understood & { readonly ref: DeliveryRef },
  email: string,
  source: FeedbackSource,
): Feedback | undefined {
  const kind = kindOf(message, email)
  if (kind === undefined) return undefined
  const row = message.kind === 'bounce' ? rowFor(message.rows, email) : undefined
  return {
    key: `mail:${kind}:${ref.deliveryId}:${fingerprint(message)}`,
    deliveryId: ref.deliveryId,
    kind,
    hard: kind === 'bounced' && row?.hard === true,
    reason: kind === 'bounced' || kind === 'delayed' ? (row?.reason ?? null) : message.complaint,
    status: row?.status ?? null,
    text: row?.diagnostic || `${message.subject}: ${message.text}`,
    source,
    at: clock.now(),
  }
}

function kindOf(message: ReceivedMessage, email: string): FeedbackKind | undefined {
  switch (message.kind) {
    case 'bounce': {
      const action = rowFor(message.rows, email)?.action
      if (action === undefined) return undefined
      return action === 'failed' ? 'bounced' : action
    }
    case 'complaint':
      if (message.complaint === 'opt-out') return 'unsubscribed'
      return message.complaint === 'not-spam' || message.complaint === 'auth-failure' ? undefined : 'complained'
    case 'auto_reply':
      return 'auto_replied'
    // Also without the marks of an answer: it was written to an address or names a message that only its recipient has.
    case 'reply':
    case 'other':
      return 'replied'
  }
}

/** The row of a report that is about our recipient; where forwarding hides it, the one that says the least. */
function rowFor(rows: readonly RecipientRow[], email: string): RecipientRow | undefined {
  const own = rows.find(({ address }) => address.toLowerCase() === email.toLowerCase())
  return own ?? rows.find(({ hard, action }) => !hard && action === 'failed') ?? rows[0]
}

/** The same for the same message by whatever way it comes, and however often. */
function fingerprint({ messageId, from, subject, text }: ReceivedMessage): string {
  const told = messageId === '' ? `${from}\n${subject}\n${text}` : messageId
  return createHash('sha256').update(told).digest('base64url').slice(0, 32)
}
