import { createHmac, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto'
import { defineService, Egress, type EgressRequest } from '@fanfare/kernel'
import type { Vendor } from './all.ts'
import { type BuiltCertificate, buildCertificate } from './certificate.ts'

/** What a provider has to tell of one message, in words that all three have. */
export interface Happening {
  readonly tag: string
  readonly to: string
  readonly what:
    | 'delivered'
    | 'delayed'
    | 'no_such_address'
    | 'full'
    | 'blocked'
    | 'known_dead'
    | 'complaint'
    | 'unsubscribe'
    | 'open'
}
/** A post as the provider would make it. */
export interface SignedPost {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}
export interface EventVendor {
  /** What a sender needs, besides the rest, for events to be believed. */
  readonly settings: { readonly provider?: object; readonly signingKey?: string }
  /** One post for all where the provider batches, else one each. */
  posts(happenings: readonly Happening[], now: Date): SignedPost[]
}

const said = {
  no_such_address: ['550 5.1.1 The email account that you tried to reach does not exist', '5.1.1'],
  full: ['552 5.2.2 Mailbox full', '5.2.2'],
  blocked: ['550 5.7.1 Our system has detected that this message is likely unsolicited mail', '5.7.1'],
} as const
const json = { 'content-type': 'application/json' }

const sendGridKeys = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const mailgunSigningKey = 'signing-key-of-the-double'
export const sesTopic = 'arn:aws:sns:eu-central-1:123456789012:fanfare-events'
const sns: BuiltCertificate = buildCertificate({ from: '2020-01-01', to: '2049-01-01' })
const certificateUrl = `https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-${'0'.repeat(32)}.pem`

export const eventVendors: Readonly<Record<Vendor['kind'], EventVendor>> = {
  sendgrid: {
    settings: {
      provider: { verificationKey: sendGridKeys.publicKey.export({ type: 'spki', format: 'der' }).toString('base64') },
    },
    posts: (happenings, now) => [
      signSendGrid(`${JSON.stringify(happenings.map((one) => sendGridEvent(one, now)))}\r\n`, now),
    ],
  },
  mailgun: {
    settings: { signingKey: mailgunSigningKey },
    posts: (happenings, now) => happenings.map((one) => signMailgun(mailgunEvent(one, now), now)),
  },
  ses: {
    settings: { provider: { topicArns: [sesTopic] } },
    posts: (happenings, now) =>
      happenings.map((one) => signSns({ Type: 'Notification', Message: JSON.stringify(sesEvent(one, now)) }, now)),
  },
}

/** https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event */
function sendGridEvent({ tag, to, what }: Happening, now: Date): object {
  const shared = {
    email: to,
    timestamp: Math.floor(now.getTime() / 1_000),
    sg_event_id: randomUUID(),
    sg_message_id: 'LRzXl_NHStOGhQ4kofSm_A.filterdrecv-1',
    ...(tag === '' ? {} : { fanfare_tag: tag }),
  }
  switch (what) {
    case 'delivered':
      return { ...shared, event: 'delivered', response: '250 OK' }
    case 'delayed':
      return { ...shared, event: 'deferred', response: '451 4.7.1 Try again later', attempt: '2' }
    case 'known_dead':
      return { ...shared, event: 'dropped', reason: 'Bounced Address', status: '5.0.0' }
    case 'complaint':
      return { ...shared, event: 'spamreport' }
    case 'unsubscribe':
      return { ...shared, event: 'unsubscribe' }
    case 'open':
      return { ...shared, event: 'open', sg_machine_open: true }
  }
  const [reason, status] = said[what]
  return { ...shared, event: 'bounce', reason, status, type: what === 'blocked' ? 'blocked' : 'bounce' }
}

function signSendGrid(body: string, now: Date): SignedPost {
  const timestamp = String(Math.floor(now.getTime() / 1_000))
  const signature = sign('sha256', Buffer.from(timestamp + body), sendGridKeys.privateKey).toString('base64')
  return {
    body,
    headers: {
      ...json,
      'X-Twilio-Email-Event-Webhook-Signature': signature,
      'X-Twilio-Email-Event-Webhook-Timestamp': timestamp,
    },
  }
}

/** https://documentation.mailgun.com/docs/mailgun/user-manual/events/event-structure */
function mailgunEvent({ tag, to, what }: Happening, now: Date): object {
  const shared = {
    id: randomUUID(),
    timestamp: now.getTime() / 1_000,
    recipient: to,
    'user-variables': tag === '' ? {} : { fanfare_tag: tag },
  }
  const failed = { ...shared, event: 'failed', severity: 'permanent' }
  switch (what) {
    case 'delivered':
      return { ...shared, event: 'delivered', 'delivery-status': { code: 250, message: 'OK' } }
    case 'delayed':
      return { ...failed, severity: 'temporary', reason: 'generic', 'delivery-status': { code: 451, message: 'Later' } }
    case 'known_dead':
      return {
        ...failed,
        reason: 'suppress-bounce',
        'delivery-status': { code: 605, message: '', description: 'Not delivering to previously bounced address' },
      }
    case 'complaint':
      return { ...shared, event: 'complained' }
    case 'unsubscribe':
      return { ...shared, event: 'unsubscribed' }
    case 'open':
      return { ...shared, event: 'opened' }
  }
  const [message, status] = said[what]
  return { ...failed, reason: 'bounce', 'delivery-status': { code: 550, message, 'enhanced-code': status } }
}

function signMailgun(event: object, now: Date): SignedPost {
  const timestamp = String(Math.floor(now.getTime() / 1_000))
  const token = randomBytes(25).toString('hex')
  const signature = createHmac('sha256', mailgunSigningKey)
    .update(timestamp + token)
    .digest('hex')
  return { body: JSON.stringify({ signature: { timestamp, token, signature }, 'event-data': event }), headers: json }
}

/** https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html */
function sesEvent({ tag, to, what }: Happening, now: Date): object {
  const timestamp = now.toISOString()
  const mail = { timestamp, messageId: '0107017c-1', destination: [to], tags: tag === '' ? {} : { fanfare_tag: [tag] } }
  switch (what) {
    case 'delivered':
      return { eventType: 'Delivery', mail, delivery: { timestamp, recipients: [to], smtpResponse: '250 OK' } }
    case 'delayed': {
      const delayedRecipients = [{ emailAddress: to, status: '4.4.1', diagnosticCode: 'smtp; 451 4.4.1 later' }]
      return {
        eventType: 'DeliveryDelay',
        mail,
        deliveryDelay: { timestamp, delayType: 'TransientCommunicationFailure', delayedRecipients },
      }
    }
    case 'known_dead': {
      const bouncedRecipients = [{ emailAddress: to }]
      return {
        eventType: 'Bounce',
        mail,
        bounce: { timestamp, bounceType: 'Permanent', bounceSubType: 'OnAccountSuppressionList', bouncedRecipients },
      }
    }
    case 'complaint':
      return {
        eventType: 'Complaint',
        mail,
        complaint: { timestamp, complaintFeedbackType: 'abuse', complainedRecipients: [{ emailAddress: to }] },
      }
    case 'unsubscribe':
      return { eventType: 'Subscription', mail, subscription: { timestamp, source: 'UnsubscribeHeader' } }
    case 'open':
      return { eventType: 'Open', mail, open: { timestamp, userAgent: 'x' } }
  }
  const [words, status] = said[what]
  const bouncedRecipients = [{ emailAddress: to, action: 'failed', status, diagnosticCode: `smtp; ${words}` }]
  const bounceType = what === 'no_such_address' ? 'Permanent' : 'Transient'
  return { eventType: 'Bounce', mail, bounce: { timestamp, bounceType, bounceSubType: 'General', bouncedRecipients } }
}

/** Signed as version 2, the SHA-256 one; the corpus holds real messages of version 1. */
export function signSns(change: Record<string, string>, now: Date): SignedPost {
  const message: Record<string, string> = {
    MessageId: randomUUID(),
    TopicArn: sesTopic,
    Timestamp: now.toISOString(),
    SignatureVersion: '2',
    SigningCertURL: certificateUrl,
    ...change,
  }
  const names =
    message.Type === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
  const text = names.map((name) => (message[name] === undefined ? '' : `${name}\n${message[name]}\n`)).join('')
  const Signature = sign('sha256', Buffer.from(text), sns.privateKey).toString('base64')
  return { body: JSON.stringify({ ...message, Signature }), headers: { 'content-type': 'text/plain; charset=UTF-8' } }
}

/** A way out that has SNS at its end, and everything else where it is; keeps what SNS was asked. */
export function egressToSns() {
  const asked: string[] = []
  const call = async (url: string, { method = 'GET', headers = {}, body, timeoutMs = 5_000 }: EgressRequest = {}) => {
    if (!url.startsWith('https://sns.')) {
      return fetch(url, { method, headers, body: body as string, signal: AbortSignal.timeout(timeoutMs) })
    }
    asked.push(url)
    return new Response(url === certificateUrl ? sns.pem : '<ConfirmSubscriptionResponse/>')
  }
  const service = defineService({
    provides: Egress,
    start: () => ({ fetch: call, check: async () => {}, asFetch: () => fetch }),
  })
  return { service, asked }
}
