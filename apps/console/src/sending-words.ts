import type {
  DkimKey,
  FeedbackEntry,
  FeedbackKind,
  Hold,
  MailboxMessage,
  Resolution,
  StoryStep,
  Webhook,
  WebhookMessage,
} from './api/types.ts'
import type { Tone } from './words.ts'

/** The words for what the engine and the other side enumerate. */
type Word = { readonly label: string; readonly tone: Tone }

/** Whose servers a message went to. New ones read as they are written. */
const destinations: Readonly<Record<string, string>> = {
  google: 'Google',
  microsoft: 'Microsoft',
  yahoo: 'Yahoo',
  apple: 'Apple',
  other: 'Others',
}
export const limitedDestinations = ['google', 'microsoft', 'yahoo', 'apple', 'other'] as const
export const destinationName = (destination: string): string => destinations[destination] ?? destination

const destinationTones: Readonly<Record<string, Tone>> = {
  google: 'accent',
  microsoft: 'green',
  yahoo: 'amber',
  apple: 'red',
}
export const destinationTone = (destination: string): Tone => destinationTones[destination] ?? 'gray'

export const lanes = {
  transactional: 'Messages by the API',
  journey: 'Journeys',
  campaign: 'Campaigns',
} as const

export const holdKinds = {
  slowed: { label: 'Slowed', tone: 'amber' },
  suspended: { label: 'Stopped', tone: 'red' },
} as const satisfies Record<Hold['kind'], Word>

export const outcomes = {
  accepted: { label: 'Accepted', tone: 'green' },
  deferred: { label: 'Deferred', tone: 'amber' },
  failed: { label: 'Failed', tone: 'red' },
  unknown: { label: 'Unknown', tone: 'gray' },
} as const satisfies Record<string, Word>

export const feedbackKinds = {
  bounced: { label: 'Bounced', tone: 'red' },
  complained: { label: 'Complained', tone: 'red' },
  unsubscribed: { label: 'Unsubscribed', tone: 'gray' },
  replied: { label: 'Replied', tone: 'green' },
  auto_replied: { label: 'Automatic reply', tone: 'gray' },
  delivered: { label: 'Delivered', tone: 'green' },
  delayed: { label: 'Delayed', tone: 'amber' },
} as const satisfies Record<FeedbackKind, Word>

export const feedbackSources = {
  smtp: 'by SMTP',
  mailbox: 'from a mailbox',
  sendgrid: 'from SendGrid',
  mailgun: 'from Mailgun',
  ses: 'from Amazon SES',
} as const satisfies Record<FeedbackEntry['source'], string>

const bounceReasons: Readonly<Record<string, string>> = {
  userunknown: 'No such mailbox',
  hostunknown: 'No such domain',
  hasmoved: 'The mailbox has moved',
  notaccept: 'The domain takes no mail',
  mailboxfull: 'The mailbox is full',
  suspend: 'The mailbox is suspended',
  filtered: 'Kept out by the recipient’s filter',
  exceedlimit: 'Over a limit of the mailbox',
  blocked: 'Our server is blocked',
  badreputation: 'Bad reputation of our server',
  requireptr: 'Our server has no reverse DNS',
  authfailure: 'SPF, DKIM or DMARC failed',
  rejected: 'The sender was refused',
  norelaying: 'Relaying was refused',
  toomanyconn: 'Too many connections',
  speeding: 'Sent too fast',
  spamdetected: 'Taken for spam',
  virusdetected: 'Taken for a virus',
  contenterror: 'The content was refused',
  mesgtoobig: 'The message is too big',
  notcompliantrfc: 'Not as the standards ask',
  policyviolation: 'Against a rule of the other side',
  securityerror: 'A matter of security',
  networkerror: 'Their network',
  systemerror: 'Their server had a fault',
  systemfull: 'Their server is full',
  mailererror: 'Their mail program had a fault',
  syntaxerror: 'A command was not understood',
  expired: 'Tried for too long',
  onhold: 'Held by the other side',
  undefined: 'No reason given',
}
export const bounceReason = (reason: string): string => bounceReasons[reason] ?? reason

export const storyKinds = {
  queued: { label: 'Kept for sending', tone: 'gray' },
  deferred: { label: 'Put off by the server', tone: 'amber' },
  accepted: { label: 'Accepted by the receiving server', tone: 'green' },
  failed: { label: 'Refused for good', tone: 'red' },
  suppressed: { label: 'Not written to', tone: 'gray' },
  unknown: { label: 'The line broke before the answer', tone: 'amber' },
  cancelled: { label: 'Cancelled', tone: 'gray' },
  held: { label: 'Held out', tone: 'gray' },
  resolved: { label: 'Decided by hand', tone: 'accent' },
  opened: { label: 'Opened', tone: 'accent' },
  clicked: { label: 'Clicked', tone: 'accent' },
  delivered: { label: 'Delivered to the mailbox', tone: 'green' },
  delayed: { label: 'Delayed on the way', tone: 'amber' },
  bounced: { label: 'Bounced', tone: 'red' },
  complained: { label: 'Reported as unwanted', tone: 'red' },
  unsubscribed: { label: 'Unsubscribed', tone: 'amber' },
  replied: { label: 'Answered', tone: 'green' },
  auto_replied: { label: 'A machine answered', tone: 'gray' },
} as const satisfies Record<StoryStep['kind'], Word>

export const resolutions = {
  accepted: {
    label: 'It arrived',
    text: 'Counts as sent. Choose it when the log of the receiving server or the person says so.',
  },
  failed: { label: 'It did not arrive', text: 'Counts as failed. Nothing is sent again.' },
  resend: {
    label: 'Send again',
    text: 'Goes back into the queue with the same Message-ID. Where the first copy did arrive, the person may get a second one.',
  },
} as const satisfies Record<Resolution, { label: string; text: string }>

export const dkimStates = {
  new: { label: 'To publish', tone: 'amber' },
  active: { label: 'Signs', tone: 'green' },
  retired: { label: 'Retired', tone: 'gray' },
} as const satisfies Record<DkimKey['state'], Word>

export const dkimAlgorithms = {
  'rsa-sha256': 'RSA, 2048 bits: understood everywhere',
  'ed25519-sha256': 'Ed25519: short, beside an RSA key',
} as const satisfies Record<DkimKey['algorithm'], string>

export const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const

export const webhookStates = {
  active: { label: 'Active', tone: 'green' },
  disabled: { label: 'Switched off', tone: 'gray' },
} as const satisfies Record<Webhook['state'], Word>

export const webhookMessageStates = {
  pending: { label: 'Waiting', tone: 'accent' },
  sending: { label: 'Being sent', tone: 'accent' },
  delivered: { label: 'Delivered', tone: 'green' },
  failed: { label: 'Failed', tone: 'red' },
} as const satisfies Record<WebhookMessage['state'], Word>

export const mailboxMessageStates = {
  handled: { label: 'Understood', tone: 'green' },
  unmatched: { label: 'Of no message of ours', tone: 'gray' },
  broken: { label: 'Unreadable', tone: 'red' },
} as const satisfies Record<MailboxMessage['state'], Word>
