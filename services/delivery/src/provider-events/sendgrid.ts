import { createPublicKey, verify } from 'node:crypto'
import { problem } from '../errors.ts'
import { tagArgument } from '../providers/sendgrid-mail.ts'
import { at, bounceOf, knownDead, type Notice, statusIn, textAt, timeOf } from './notices.ts'
import { isRecent } from './signatures.ts'

type Headers = Readonly<Record<string, string | undefined>>

/**
 * Why a signed event webhook is not SendGrid's, or undefined: ECDSA over the timestamp and the bytes as they came.
 * https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
 */
export function sendGridFault(verificationKey: string, headers: Headers, body: Buffer, now: Date): string | undefined {
  if (verificationKey === '') return 'the sender has no verification key; enter the one that SendGrid shows'
  const signature = headers['x-twilio-email-event-webhook-signature']
  const timestamp = headers['x-twilio-email-event-webhook-timestamp']
  if (signature === undefined || timestamp === undefined)
    return 'they are not signed; switch on the signed event webhook'
  if (!isRecent(timestamp, now)) return 'their timestamp is not of the last five minutes'
  const signed = Buffer.concat([Buffer.from(timestamp, 'latin1'), body])
  return isSignedBy(verificationKey, signed, signature) ? undefined : 'their signature is not by the key of this sender'
}

function isSignedBy(verificationKey: string, signed: Buffer, signature: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(verificationKey, 'base64'), format: 'der', type: 'spki' })
    const isCurve = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
    return isCurve && verify('sha256', signed, key, Buffer.from(signature, 'base64'))
  } catch {
    // A key or a signature that is none.
    return false
  }
}

/** What is told of messages. Opens and clicks are left out: we count our own. Problem: `delivery.events_unreadable`. */
export function readSendGrid(body: Buffer, now: Date): Notice[] {
  let events: unknown
  try {
    events = JSON.parse(body.toString('utf8'))
  } catch {
    throw problem('events_unreadable', { detail: { reason: 'they are no JSON' } })
  }
  if (!Array.isArray(events)) throw problem('events_unreadable', { detail: { reason: 'they are not a list' } })
  return events.flatMap((event) => noticeOf(event, now) ?? [])
}

/** https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event */
function noticeOf(event: unknown, now: Date): Notice | undefined {
  const id = textAt(event, 'sg_event_id')
  const said = saidIn(event)
  if (id === undefined || said === undefined) return undefined
  const key = `sendgrid:${id}`.slice(0, 200)
  return { key, tag: textAt(event, tagArgument), ...said, at: timeOf(at(event, 'timestamp'), now) }
}

function saidIn(event: unknown): Pick<Notice, 'kind' | 'hard' | 'reason' | 'status' | 'text'> | undefined {
  const text = textAt(event, 'reason') ?? textAt(event, 'response') ?? ''
  const status = statusIn(at(event, 'status'))
  const plain = { hard: false, reason: null, status, text }
  switch (textAt(event, 'event')) {
    case 'delivered':
      return { kind: 'delivered', ...plain }
    case 'deferred':
      return { kind: 'delayed', ...plain }
    case 'bounce': {
      const bounce = bounceOf(text, status)
      // A block is about the sender or the message, whatever the words are.
      return textAt(event, 'type') === 'blocked' ? { ...bounce, hard: false } : bounce
    }
    case 'dropped':
      return droppedFor(text)
    case 'spamreport':
      return { kind: 'complained', ...plain }
    case 'unsubscribe':
    case 'group_unsubscribe':
      return { kind: 'unsubscribed', ...plain }
  }
  return undefined
}

/** Not tried, for what SendGrid knows of the address. */
function droppedFor(reason: string): Pick<Notice, 'kind' | 'hard' | 'reason' | 'status' | 'text'> {
  const plain = { hard: false, reason: null, status: null, text: reason }
  if (/^bounced address/i.test(reason)) return knownDead(reason)
  if (/^spam reporting address/i.test(reason)) return { kind: 'complained', ...plain }
  if (/^unsubscribed address/i.test(reason)) return { kind: 'unsubscribed', ...plain }
  return { kind: 'bounced', ...plain, reason: 'rejected' }
}
