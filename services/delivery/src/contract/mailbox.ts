import { z } from 'zod'

export const mailboxProtocols = ['imap', 'pop3'] as const
export const mailboxMessageStates = ['handled', 'unmatched', 'broken'] as const

const Line = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'Use no control characters or line breaks')

/** A mailbox that bounces, complaints or replies come to and that is read every now and then. */
export const NewMailbox = z.object({
  name: Line.trim().min(1),
  protocol: z.enum(mailboxProtocols),
  host: z
    .string()
    .trim()
    .min(1)
    .max(253)
    .regex(/^[A-Za-z0-9.:-]+$/, 'Use a host name or an address'),
  port: z.int().min(1).max(65_535).describe('993 for IMAP and 995 for POP3 with implicit TLS'),
  tls: z
    .enum(['required', 'implicit', 'none'])
    .default('implicit')
    .describe(
      '`required`: STARTTLS or fail; `implicit`: from the first byte; `none`: only for a server on this machine',
    ),
  username: Line.min(1),
  /** Stored sealed; never returned. */
  password: z.string().min(1).max(1_000).optional(),
  folder: Line.min(1).default('INBOX').describe('Of IMAP'),
  removeHandled: z
    .boolean()
    .default(false)
    .describe(
      'Whether bounces, complaints and automatic replies leave the server once they are recorded; all else stays',
    ),
  everySeconds: z.int().min(60).max(86_400).default(60),
  active: z.boolean().default(true),
})
export type NewMailbox = z.infer<typeof NewMailbox>

export const Mailbox = NewMailbox.omit({ password: true }).extend({
  id: z.uuid(),
  handled: z.int().describe('Messages that told of a delivery'),
  unmatched: z.int().describe('Messages that told of none'),
  broken: z.int().describe('Messages that could not be read; they are kept'),
  polledAt: z.iso.datetime().nullable(),
  trouble: z.string().nullable().describe('Why it could not be read last time; null when it could'),
  createdAt: z.iso.datetime(),
})
export type Mailbox = z.infer<typeof Mailbox>

export const MailboxMessage = z.object({
  key: z.string().describe('The server’s own name of the message'),
  state: z.enum(mailboxMessageStates),
  kind: z.string().nullable(),
  from: z.string(),
  subject: z.string(),
  failure: z.string().nullable(),
  at: z.iso.datetime(),
})
export type MailboxMessage = z.infer<typeof MailboxMessage>

export const MailboxCheck = z.object({
  ok: z.boolean(),
  messages: z.int().nullable().describe('How many messages it holds'),
  text: z.string(),
})
