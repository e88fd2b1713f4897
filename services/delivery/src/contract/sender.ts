import { z } from 'zod'
import { DnsRecord } from './dns-record.ts'
import { Pacing } from './pacing.ts'
import { ProviderSettings, providerKinds } from './provider.ts'
import { TrackingDomain } from './tracking-domain.ts'

const HeaderText = z
  .string()
  .trim()
  .max(200)
  // A line break in a header is a new header (RFC 5322 §2.2); other controls have no place in a name.
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'Use no control characters or line breaks')
/** Short enough that a signed local part of 62 and the domain make an address (RFC 5321 §4.5.3.1.3). */
const DomainName = z
  .string()
  .trim()
  .toLowerCase()
  .max(190)
  .regex(
    /^(?=.*\.)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/,
    'Use a domain like bounces.example.org',
  )
export const senderKinds = ['sandbox', 'smtp', ...providerKinds] as const
export const SmtpSettings = z.object({
  host: z
    .string()
    .trim()
    .min(1)
    .max(253)
    .regex(/^[A-Za-z0-9.:-]+$/, 'Use a host name or an address'),
  port: z.int().min(1).max(65_535).default(587),
  /** `required`: STARTTLS or fail. `implicit`: TLS from the first byte. `none` only for a server on this machine. */
  tls: z.enum(['required', 'implicit', 'none']).default('required'),
  username: z.string().max(500).default(''),
})
export const Sender = z.object({
  id: z.uuid(),
  name: z.string(),
  fromName: z.string(),
  fromEmail: z.string(),
  replyTo: z.string(),
  postalAddress: z.string(),
  kind: z.enum(senderKinds),
  smtp: SmtpSettings.nullable(),
  hasPassword: z.boolean(),
  messagesPerSecond: z.number().nullable(),
  pacing: Pacing,
  returnPathDomain: z.string(),
  trackingDomain: z
    .string()
    .describe('The host of its links, once it is proven to lead here; empty for this installation’s'),
  provider: ProviderSettings.nullable(),
  hasSigningKey: z.boolean(),
  fallbackSenderIds: z.array(z.uuid()),
  /** Where the provider is to send its events; holds a token, so it is told to those who may read senders only. */
  eventsUrl: z.string().nullable(),
  /** Why its way out is left alone for a while, where it is. */
  trouble: z.object({ text: z.string(), since: z.iso.datetime() }).nullable(),
  createdAt: z.iso.datetime(),
})
export type Sender = z.infer<typeof Sender>
export const NewSender = z.object({
  name: HeaderText.min(1),
  fromName: HeaderText.min(1),
  fromEmail: z.string().trim().max(254).pipe(z.email()),
  replyTo: z.union([z.literal(''), z.string().trim().max(254).pipe(z.email())]).default(''),
  postalAddress: z.string().trim().max(500).default(''),
  kind: z.enum(senderKinds),
  smtp: SmtpSettings.nullable().default(null),
  /** Of the SMTP user; of a provider the API key, of SES the secret access key. Stored sealed; never returned. */
  password: z.string().max(1000).optional(),
  messagesPerSecond: z.number().positive().max(100_000).nullable().default(null),
  pacing: Pacing.prefault({}),
  trackingDomain: TrackingDomain.default(''),
  /** Bounces come to an address of their own at this domain; its mail goes to the intake or a mailbox. Empty: to the sender. */
  returnPathDomain: z.union([z.literal(''), DomainName]).default(''),
  /** Of a sender by a provider's API: settings of the same kind as the sender. */
  provider: ProviderSettings.nullable().default(null),
  /** With which Mailgun signs its webhooks. Stored sealed; never returned. */
  signingKey: z.string().max(200).optional(),
  /** Senders of this workspace to use, in this order, while this one's way out is in trouble. */
  fallbackSenderIds: z.array(z.uuid()).max(5).default([]),
})
export type NewSender = z.infer<typeof NewSender>
/** Whether Google, Yahoo and Microsoft would take more than 5,000 messages a day from a sender. */
export const BulkVerdict = z.object({ state: z.enum(['pass', 'fail', 'skipped']), text: z.string() })
export type BulkVerdict = z.infer<typeof BulkVerdict>
/** One thing that must be in order before a sender can be trusted with bulk mail. */
export const SenderCheck = z.object({
  name: z.enum(['connection', 'spf', 'dkim', 'dmarc', 'ptr', 'return_path', 'unsubscribe', 'from', 'tracking']),
  state: z.enum(['pass', 'warn', 'fail', 'skipped']),
  /** What was found, and what to do when it is not right. */
  text: z.string(),
  record: DnsRecord.nullable().describe('What to publish, where a record would mend it'),
})
