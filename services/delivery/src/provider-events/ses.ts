import type { Clock, Egress, Logger } from '@fanfare/kernel'
import { problem } from '../errors.ts'
import { tagName } from '../providers/ses-message.ts'
import { at, bounceOf, knownDead, type Notice, statusIn, type Told, textAt, timeOf } from './notices.ts'
import { isSignedWith, readEnvelope, type SnsMessage, snsHostOf } from './sns.ts'
import type { SnsCertificates } from './sns-certificates.ts'

interface SesDeps {
  readonly egress: Pick<Egress, 'fetch'>
  readonly clock: Clock
  readonly log: Logger
  readonly snsCertificates: SnsCertificates
}

const nothing: Told = { once: null, notices: [] }

/**
 * Reads what SNS posts for SES, of the sender's own topics only. A subscription is confirmed at SNS itself, by the token that
 * it signed: the address in the message is never called.
 * Problems: `delivery.events_unreadable`, `delivery.events_foreign`, `delivery.events_unsigned`, `delivery.events_unverified`.
 */
export async function readSes(deps: SesDeps, topicArns: readonly string[], body: Buffer): Promise<Told> {
  const message = readEnvelope(body)
  if (!topicArns.includes(message.TopicArn)) {
    const reason = `the topic ${message.TopicArn.slice(0, 300)} is not one of this sender's`
    throw problem('events_foreign', { detail: { reason } })
  }
  const certificate = await deps.snsCertificates.get(message.SigningCertURL, message.TopicArn)
  if (!isSignedWith(message, certificate)) {
    throw problem('events_unsigned', { detail: { reason: 'their signature is not by SNS' } })
  }
  switch (message.Type) {
    case 'SubscriptionConfirmation':
      await confirm(deps, message)
      return nothing
    case 'UnsubscribeConfirmation':
      deps.log.warn({ topic: message.TopicArn }, 'a topic of SNS has stopped sending its events here')
      return nothing
    case 'Notification':
      return { once: `sns:${message.MessageId}`.slice(0, 200), notices: noticesOf(message, deps.clock.now()) }
  }
}

async function confirm({ egress, log }: SesDeps, { TopicArn, Token }: SnsMessage): Promise<void> {
  const query = new URLSearchParams({ Action: 'ConfirmSubscription', TopicArn, Token: Token ?? '' })
  const failed = (reason: string) => problem('events_unverified', { detail: { reason } })
  const reply = await egress
    .fetch(`https://${snsHostOf(TopicArn)}/?${query}`, { timeoutMs: 10_000, maxBytes: 50_000 })
    .catch((error: Error) => {
      throw failed(`the subscription cannot be confirmed: ${error.message}`)
    })
  await reply.body?.cancel()
  if (reply.status !== 200) throw failed(`SNS answered ${reply.status} to the confirmation of the subscription`)
  log.info({ topic: TopicArn }, 'a topic of SNS sends its events here')
}

/**
 * Events of a configuration set say `eventType`, those of an identity `notificationType`:
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
function noticesOf({ Message, MessageId }: SnsMessage, now: Date): Notice[] {
  let event: unknown
  try {
    event = JSON.parse(Message)
  } catch {
    // SES itself greets a new destination in words.
    return []
  }
  const said = saidIn(event)
  if (said === undefined) return []
  const tags = at(event, 'mail', 'tags', tagName)
  const tag = Array.isArray(tags) && typeof tags[0] === 'string' ? tags[0] : undefined
  const { part, ...rest } = said
  return [{ key: `ses:${MessageId}`.slice(0, 200), tag, ...rest, at: timeOf(textAt(event, part, 'timestamp'), now) }]
}

type Said = Pick<Notice, 'kind' | 'hard' | 'reason' | 'status' | 'text'> & {
  /** Where the event has its own time. */
  readonly part: string
}

function saidIn(event: unknown): Said | undefined {
  const plain = { hard: false, reason: null, status: null }
  switch (textAt(event, 'eventType') ?? textAt(event, 'notificationType')) {
    case 'Delivery':
      return { kind: 'delivered', ...plain, text: textAt(event, 'delivery', 'smtpResponse') ?? '', part: 'delivery' }
    case 'DeliveryDelay': {
      const recipient = firstOf(at(event, 'deliveryDelay', 'delayedRecipients'))
      const text = textAt(recipient, 'diagnosticCode') ?? textAt(event, 'deliveryDelay', 'delayType') ?? ''
      return { kind: 'delayed', ...plain, status: statusIn(at(recipient, 'status')), text, part: 'deliveryDelay' }
    }
    case 'Bounce':
      return { ...bounceIn(event), part: 'bounce' }
    case 'Complaint': {
      const text = textAt(event, 'complaint', 'complaintFeedbackType') ?? ''
      // Somebody took a message out of the junk folder, or a machine tells of DKIM (RFC 5965 §7.3, RFC 6591 §3.1).
      if (text === 'not-spam' || text === 'auth-failure') return undefined
      return { kind: 'complained', ...plain, text, part: 'complaint' }
    }
    case 'Reject':
      return {
        kind: 'bounced',
        ...plain,
        reason: 'virusdetected',
        text: textAt(event, 'reject', 'reason') ?? '',
        part: 'mail',
      }
    case 'Rendering Failure': {
      const text = textAt(event, 'failure', 'errorMessage') ?? ''
      return { kind: 'bounced', ...plain, reason: 'contenterror', text, part: 'mail' }
    }
    case 'Subscription':
      return {
        kind: 'unsubscribed',
        ...plain,
        text: textAt(event, 'subscription', 'source') ?? '',
        part: 'subscription',
      }
  }
  return undefined
}

function bounceIn(event: unknown): Omit<Said, 'part'> {
  const recipient = firstOf(at(event, 'bounce', 'bouncedRecipients'))
  const [type, subType] = [textAt(event, 'bounce', 'bounceType'), textAt(event, 'bounce', 'bounceSubType') ?? '']
  const words = textAt(recipient, 'diagnosticCode')
  const text = words ?? `${type} ${subType}`
  const isPermanent = type === 'Permanent'
  // No words of a server: SES did not try, or got none.
  if (isPermanent && (/^(Suppressed|OnAccountSuppressionList|NoEmail)$/.test(subType) || words === undefined)) {
    return knownDead(text)
  }
  const bounce = bounceOf(text, statusIn(at(recipient, 'status')))
  return isPermanent ? bounce : { ...bounce, hard: false }
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined
}
