import { flag } from '@fanfare/kernel'
import { z } from 'zod'

export const DeliveryConfig = z.object({
  connections: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(4)
    .describe('SMTP connections, or calls of its API at once, of one sender'),
  messagesPerConnection: z.coerce
    .number()
    .int()
    .min(1)
    .default(10_000)
    .describe('After so many a connection is closed and another one opened'),
  idleMs: z.coerce.number().int().min(0).default(5_000).describe('How long a connection waits for the next message'),
  batchSize: z.coerce.number().int().min(1).max(5_000).default(500).describe('Recipients claimed at once'),
  concurrentBatches: z.coerce
    .number()
    .int()
    .min(2)
    .max(1_000)
    .default(16)
    .describe('Batches that one process has in hand'),
  batchesPerSender: z.coerce.number().int().min(1).max(100).default(3).describe('Of these, for one sender in one lane'),
  leaseSeconds: z.coerce
    .number()
    .int()
    .min(5)
    .max(3_600)
    .default(30)
    .describe('How long a silent worker keeps its claims'),
  maxAttempts: z.coerce
    .number()
    .int()
    .min(1)
    .max(50)
    .default(8)
    .describe('Tries of one recipient before it has failed'),
  retryDelayMs: z.coerce.number().int().min(10).default(60_000).describe('Before the second try; doubles with each'),
  retryDelayMaxMs: z.coerce
    .number()
    .int()
    .min(10)
    .default(4 * 60 * 60 * 1_000),
  reconnectDelayMs: z.coerce
    .number()
    .int()
    .min(10)
    .default(5_000)
    .describe('After a failed connection; doubles with each'),
  reconnectDelayMaxMs: z.coerce
    .number()
    .int()
    .min(10)
    .default(5 * 60 * 1_000),
  tenantMessagesPerSecond: z.coerce
    .number()
    .positive()
    .optional()
    .describe('Messages a second that one workspace may send, all senders together; without it, no limit'),
  slowedEveryMs: z.coerce
    .number()
    .int()
    .min(10)
    .default(60_000)
    .describe('Between two messages to a provider that said it defers us'),
  breakerFailures: z.coerce
    .number()
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe('Failed calls or connections in a row after which a sender is left alone and its fallbacks take over'),
  connectTimeoutMs: z.coerce.number().int().min(10).default(10_000).describe('Until greeting and TLS are done'),
  replyTimeoutMs: z.coerce.number().int().min(10).default(60_000).describe('Silence of a server before it is given up'),
  messageTimeoutMs: z.coerce
    .number()
    .int()
    .min(10)
    .default(180_000)
    .describe('One message from MAIL FROM to its answer'),
  allowPrivateSmtp: flag().default(true).describe('Whether a sender may name a server with a private address'),
  sendgridUrl: z.url().optional().describe("Instead of SendGrid's API, for a proxy of yours or a double"),
  mailgunUrl: z.url().optional().describe("Instead of Mailgun's API, for a proxy of yours or a double"),
  sesUrl: z.url().optional().describe('Instead of the API of SES, for a proxy of yours or a double'),
  providerTimeoutMs: z.coerce
    .number()
    .int()
    .min(10)
    .default(60_000)
    .describe("One call of a provider's API, up to the end of its answer"),
  dataDir: z.string().min(1).default('.fanfare').describe('Where the journals of open batches lie'),
  softBounces: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe('Soft bounces in a row, none of our making, after which an address is given up'),
  softBounceDays: z.coerce.number().int().min(0).max(365).default(7).describe('And over at least so many days'),
  returnPathDomain: z
    .string()
    .max(190)
    .default('')
    .describe('Domain that bounces of senders without one of their own go to; its mail must come to the intake'),
  attachmentDays: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .default(7)
    .describe('How long the files of messages sent by the API are kept once nothing of the message is pending'),
  intakePort: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe('Port of the SMTP server that takes bounces, complaints and replies; without it there is none'),
  intakeHost: z.string().default('0.0.0.0').describe('Address that the intake listens on'),
  intakeName: z.string().default('localhost').describe('Name that the intake greets with: that of its MX record'),
  intakeReportAddresses: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter((address) => address !== ''))
    .transform((addresses) => addresses.map((address) => address.toLowerCase()))
    .describe('Addresses, with commas, that complaint reports come to, besides the return paths'),
  intakeMaxBytes: z.coerce.number().int().min(10_000).default(10_000_000).describe('Largest message taken'),
  intakeMaxRecipients: z.coerce.number().int().min(1).max(1_000).default(20).describe('Recipients of one message'),
  intakeConnections: z.coerce.number().int().min(1).max(10_000).default(200).describe('Connections at once'),
  intakeConnectionsPerMinute: z.coerce
    .number()
    .int()
    .min(1)
    .default(600)
    .describe('Connections a minute from one address'),
  intakeTlsCertFile: z.string().optional().describe('Certificate chain (PEM) for STARTTLS at the intake'),
  intakeTlsKeyFile: z.string().optional().describe('Its private key (PEM)'),
  sandboxMessages: z.coerce
    .number()
    .int()
    .min(1)
    .default(20_000)
    .describe('Newest sandbox messages kept of a workspace'),
  allowPrivateWebhooks: flag()
    .default(false)
    .describe('Whether a webhook may name a private address or any port: only where you trust all who may add one'),
  webhookEndpoints: z.coerce.number().int().min(1).max(1_000).default(50).describe('Webhooks called side by side'),
  webhookConcurrency: z.coerce.number().int().min(1).max(100).default(8).describe('Calls to one webhook at once'),
  webhookTimeoutMs: z.coerce
    .number()
    .int()
    .min(100)
    .max(30_000)
    .default(20_000)
    .describe('One call to a webhook, from looking up its name to the end of its answer'),
  webhookRetentionDays: z.coerce
    .number()
    .int()
    .min(4)
    .max(365)
    .default(30)
    .describe('How long webhook messages are kept'),
  dnsServers: z
    .string()
    .default('')
    .transform((list) => list.split(',').flatMap((server) => server.trim() || []))
    .describe('Name servers that checks ask, by address and commas between; empty for those of the system'),
})
export type DeliveryConfig = z.output<typeof DeliveryConfig>
