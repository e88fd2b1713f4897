import { verify, type X509Certificate } from 'node:crypto'
import { problem } from '../errors.ts'
import { textAt } from './notices.ts'

export const snsTypes = ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'] as const

/** A message of SNS: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
export interface SnsMessage {
  readonly Type: (typeof snsTypes)[number]
  readonly MessageId: string
  readonly TopicArn: string
  readonly Message: string
  readonly Timestamp: string
  readonly SignatureVersion: '1' | '2'
  readonly Signature: string
  readonly SigningCertURL: string
  readonly Subject: string | undefined
  readonly SubscribeURL: string | undefined
  readonly Token: string | undefined
}

/** The envelope, which has to be read for its signature to be checked. Problem: `delivery.events_unreadable`. */
export function readEnvelope(body: Buffer): SnsMessage {
  let posted: unknown
  try {
    posted = JSON.parse(body.toString('utf8'))
  } catch {
    throw problem('events_unreadable', { detail: { reason: 'they are no JSON' } })
  }
  const field = (name: string) => textAt(posted, name)
  const needed = (name: string) => {
    const text = field(name)
    if (text === undefined) throw problem('events_unreadable', { detail: { reason: `they have no ${name}` } })
    return text
  }
  const [Type, SignatureVersion] = [needed('Type'), needed('SignatureVersion')]
  if (!isOneOf(snsTypes, Type) || !isOneOf(['1', '2'] as const, SignatureVersion)) {
    throw problem('events_unreadable', { detail: { reason: 'their type or signature version is not known' } })
  }
  return {
    Type,
    SignatureVersion,
    MessageId: needed('MessageId'),
    TopicArn: needed('TopicArn'),
    Message: needed('Message'),
    Timestamp: needed('Timestamp'),
    Signature: needed('Signature'),
    SigningCertURL: needed('SigningCertURL'),
    Subject: field('Subject'),
    SubscribeURL: field('SubscribeURL'),
    Token: field('Token'),
  }
}

function isOneOf<T extends string>(texts: readonly T[], text: string): text is T {
  return (texts as readonly string[]).includes(text)
}

/** Whether the certificate's key signed it: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
export function isSignedWith(message: SnsMessage, certificate: X509Certificate): boolean {
  const digest = message.SignatureVersion === '1' ? 'sha1' : 'sha256'
  try {
    return verify(
      digest,
      Buffer.from(textToSign(message)),
      certificate.publicKey,
      Buffer.from(message.Signature, 'base64'),
    )
  } catch {
    return false
  }
}

function textToSign(message: SnsMessage): string {
  const names =
    message.Type === 'Notification'
      ? (['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const)
      : (['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const)
  return names.map((name) => (message[name] === undefined ? '' : `${name}\n${message[name]}\n`)).join('')
}

/** The host of SNS in the region of a topic, or undefined when it is not the name of a topic. */
export function snsHostOf(topicArn: string): string | undefined {
  const [, partition, region] =
    /^arn:(aws|aws-cn|aws-us-gov):sns:([a-z0-9-]{5,30}):\d{12}:[\w-]{1,256}$/.exec(topicArn) ?? []
  if (partition === undefined) return undefined
  return `sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`
}
