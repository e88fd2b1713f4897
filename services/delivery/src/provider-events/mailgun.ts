import { createHmac, timingSafeEqual } from 'node:crypto'
import { problem } from '../errors.ts'
import { tagVariable } from '../providers/mailgun-message.ts'
import { at, bounceOf, knownDead, type Notice, statusIn, type Told, textAt, timeOf } from './notices.ts'
import { isRecent } from './signatures.ts'

/**
 * Reads a webhook of Mailgun, which carries its signature inside: HMAC over a timestamp and a token, not over the events. So
 * each token is good once; and of what comes with it, only messages whose tag we signed count.
 * https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
 * Problems: `delivery.events_unreadable`, `delivery.events_unsigned`.
 */
export function readMailgun(signingKey: string, body: Buffer, now: Date): Told {
  let posted: unknown
  try {
    posted = JSON.parse(body.toString('utf8'))
  } catch {
    throw problem('events_unreadable', { detail: { reason: 'they are no JSON' } })
  }
  const signature = signatureIn(posted)
  const fault = mailgunFault(signingKey, signature, now)
  if (fault !== undefined) throw problem('events_unsigned', { detail: { reason: fault } })
  const notice = noticeOf(at(posted, 'event-data'), now)
  return { once: `mailgun:${signature.token}`, notices: notice === undefined ? [] : [notice] }
}

export interface MailgunSignature {
  readonly timestamp: string
  readonly token: string
  readonly signature: string
}

function signatureIn(posted: unknown): MailgunSignature {
  const field = (name: string) => {
    const value = at(posted, 'signature', name)
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  return { timestamp: field('timestamp'), token: field('token'), signature: field('signature') }
}

/** Why the signature is not Mailgun's, or undefined. */
export function mailgunFault(
  signingKey: string,
  { timestamp, token, signature }: MailgunSignature,
  now: Date,
): string | undefined {
  if (!/^[0-9A-Za-z]{20,100}$/.test(token)) return 'they are not signed'
  if (!isRecent(timestamp, now)) return 'their timestamp is not of the last five minutes'
  const expected = createHmac('sha256', signingKey)
    .update(timestamp + token)
    .digest()
  const given = Buffer.from(signature, 'hex')
  const isSame = signature.length === 64 && given.length === expected.length && timingSafeEqual(given, expected)
  return isSame ? undefined : 'their signature is not by the signing key of this sender'
}

/** https://documentation.mailgun.com/docs/mailgun/user-manual/events/event-structure */
function noticeOf(event: unknown, now: Date): Notice | undefined {
  const id = textAt(event, 'id')
  const said = saidIn(event)
  if (id === undefined || said === undefined) return undefined
  const key = `mailgun:${id}`.slice(0, 200)
  return { key, tag: textAt(event, 'user-variables', tagVariable), ...said, at: timeOf(at(event, 'timestamp'), now) }
}

function saidIn(event: unknown): Pick<Notice, 'kind' | 'hard' | 'reason' | 'status' | 'text'> | undefined {
  const status = statusIn(at(event, 'delivery-status', 'enhanced-code'))
  const words = textAt(event, 'delivery-status', 'message') || textAt(event, 'delivery-status', 'description') || ''
  const code = Number(at(event, 'delivery-status', 'code'))
  // Codes past 599 are Mailgun's own.
  const text = code >= 400 && code < 600 && !/^\s*[45]\d\d\b/.test(words) ? `${code} ${words}` : words
  const plain = { hard: false, reason: null, status, text }
  switch (textAt(event, 'event')) {
    case 'delivered':
      return { kind: 'delivered', ...plain }
    case 'failed':
      if (textAt(event, 'severity') === 'temporary') return { kind: 'delayed', ...plain }
      return failedFor(textAt(event, 'reason') ?? '', text, status)
    case 'rejected':
      return { kind: 'bounced', ...plain, reason: 'rejected', text: textAt(event, 'reject', 'reason') ?? '' }
    case 'complained':
      return { kind: 'complained', ...plain }
    case 'unsubscribed':
      return { kind: 'unsubscribed', ...plain }
  }
  return undefined
}

/** The first three: not tried, for what Mailgun knows of the address. */
function failedFor(reason: string, text: string, status: string | null) {
  const plain = { hard: false, reason: null, status, text }
  switch (reason) {
    case 'suppress-bounce':
      return knownDead(text)
    case 'suppress-complaint':
      return { kind: 'complained', ...plain } as const
    case 'suppress-unsubscribe':
      return { kind: 'unsubscribed', ...plain } as const
    case 'old':
      return { ...bounceOf(text, status), hard: false, reason: 'expired' }
  }
  return bounceOf(text, status)
}
