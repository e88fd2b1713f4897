import { z } from 'zod'
import { feedbackKinds } from './feedback.ts'
import { Delivery, deliveryStates } from './ledger.ts'

const EmailAddress = z.string().trim().max(254).pipe(z.email())
const noControls = /^[^\p{Cc}\u2028\u2029]*$/u
const mostValueBytes = 256_000
export const mostAttachmentBytes = 10 * 1024 * 1024

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue }
/** A body is JSON already; a schema that says so again by naming itself is one that few generators read. */
const JsonValue = z.unknown() as z.ZodType<JsonValue>

/** What a template's fields stand for: texts, numbers, lists and objects for its sections. */
export const MessageValues = z
  .record(z.string().min(1).max(200), JsonValue)
  .refine((values) => JSON.stringify(values).length <= mostValueBytes, {
    error: `Values may have ${mostValueBytes} characters as JSON`,
  })
export type MessageValues = z.infer<typeof MessageValues>

/** Made by us, or by the servers on the way: a second one would contradict the first. */
const ownHeaders =
  /^(from|sender|to|cc|bcc|subject|date|message-id|reply-to|return-path|received|delivered-to|mime-version|authentication-results|(content|dkim|arc|resent|list-unsubscribe)(-.*)?)$/i
/** RFC 5322 §2.2 allows more; these are the characters that names in use are made of. */
const headerName = /^[A-Za-z][A-Za-z0-9-]{0,75}$/
const mostHeaders = 20

const CustomHeaders = z
  .record(z.string(), z.string().trim().max(900).regex(noControls, 'Use no line breaks or control characters'))
  .superRefine((headers, { addIssue }) => {
    const names = Object.keys(headers)
    const refuse = (message: string, path: string[] = []) => addIssue({ code: 'custom', message, path })
    if (names.length > mostHeaders) refuse(`At most ${mostHeaders} headers`)
    for (const name of names) {
      if (!headerName.test(name)) refuse('A header name has letters, digits and hyphens, at most 76', [name])
      if (ownHeaders.test(name)) refuse('This header is made by Fanfare; leave it out', [name])
    }
  })

export const MessageAttachment = z.object({
  fileName: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(noControls, 'Use no control characters')
    .regex(/^[^/\\]*$/, 'Give the name without folders'),
  contentType: z
    .string()
    .max(100)
    .regex(/^[A-Za-z0-9.+-]+\/[A-Za-z0-9.+-]+$/, 'Give a media type such as application/pdf')
    .default('application/octet-stream'),
  content: z.base64().describe('Base64; all attachments together 10 MB at most'),
  contentId: z
    .string()
    .max(100)
    .regex(/^[A-Za-z0-9._@-]+$/, 'Use letters, digits, dots, hyphens, underscores and @')
    .optional()
    .describe('For a picture that the HTML shows by `cid:`'),
})

export const MessageContent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('template'),
    emailId: z
      .uuid()
      .describe('An email of the workspace; it needs no unsubscribe link and may ask for fields of its own'),
  }),
  z.object({
    kind: z.literal('inline'),
    subject: z.string().trim().min(1).max(500).regex(noControls, 'Use no line breaks'),
    html: z
      .string()
      .max(900_000)
      .default('')
      .describe('Give html, text or both; what is missing is made from the other'),
    text: z.string().max(900_000).default(''),
  }),
])

export const NewMessage = z.object({
  senderId: z.uuid(),
  to: z
    .array(z.object({ email: EmailAddress, values: MessageValues.default({}) }))
    .min(1)
    .max(50)
    .describe('Each gets a message of their own and sees nobody else'),
  content: MessageContent,
  values: MessageValues.default({}).describe(
    'For all recipients; their own outweigh these, and these their contact’s fields',
  ),
  replyTo: EmailAddress.optional().describe('Instead of the sender’s'),
  headers: CustomHeaders.default({}),
  attachments: z.array(MessageAttachment).max(20).default([]),
  tags: z.array(z.string().trim().min(1).max(100)).max(10).default([]).describe('To find and count messages by'),
  metadata: z
    .record(z.string().min(1).max(100), z.string().max(500))
    .default({})
    .refine((metadata) => Object.keys(metadata).length <= 50, { error: 'At most 50 entries' })
    .describe('Kept with each message and given back; never sent'),
  sendAt: z.iso.datetime({ offset: true }).optional().describe('Not before this time, at most 30 days ahead'),
  tracking: z.boolean().default(false).describe('Whether opens and clicks are counted'),
})
export type NewMessage = z.infer<typeof NewMessage>

export const AcceptedMessages = z.object({
  messages: z
    .array(z.object({ id: z.uuid(), email: z.string() }))
    .describe('One for each recipient, in their order; durable: they are sent whatever happens to the process'),
})
export type AcceptedMessages = z.infer<typeof AcceptedMessages>

/** How an operator settles what the wire left open. `resend` may bring a second copy, under the same Message-ID. */
export const resolutions = ['accepted', 'failed', 'resend'] as const
export type Resolution = (typeof resolutions)[number]

export const storyKinds = [
  'queued',
  'deferred',
  'accepted',
  'failed',
  'suppressed',
  'unknown',
  'cancelled',
  'held',
  'resolved',
  'opened',
  'clicked',
  ...feedbackKinds,
] as const
/** One thing that happened to a delivery. */
export const StoryStep = z.object({
  at: z.iso.datetime(),
  kind: z.enum(storyKinds),
  text: z.string().describe('In words: the server’s reply, the address clicked, who decided'),
  machine: z.number().nullable().describe('Of an open or click, how likely a scanner did it, 0 to 1'),
})
export type StoryStep = z.infer<typeof StoryStep>

/** A delivery and everything known of it, in order of time. */
export const DeliveryStory = Delivery.extend({
  senderId: z.uuid(),
  dueAt: z.iso.datetime().nullable().describe('When it is tried next, or again; null when it is not pending'),
  trouble: z.string().nullable().describe('Why its sender can send nothing just now'),
  story: z.array(StoryStep),
})
export type DeliveryStory = z.infer<typeof DeliveryStory>

const ofMessage = {
  emailId: z.uuid().nullable().describe('The email it was made from'),
  tags: z.array(z.string()),
  metadata: z.record(z.string(), z.string()),
  sendAt: z.iso.datetime().nullable(),
}
export const MessageSummary = Delivery.omit({ campaignId: true, variantId: true }).extend({
  senderId: z.uuid(),
  ...ofMessage,
})
export type MessageSummary = z.infer<typeof MessageSummary>
export const Message = DeliveryStory.omit({ campaignId: true, variantId: true }).extend({
  ...ofMessage,
  subject: z.string().describe('As a template'),
  attachments: z.array(z.object({ fileName: z.string(), contentType: z.string(), bytes: z.int() })),
})
export type Message = z.infer<typeof Message>

export const MessageFilter = z.object({
  tag: z.string().max(100).optional(),
  recipient: z.string().trim().max(254).optional().describe('The whole address'),
  state: z.enum(deliveryStates).optional(),
})
export type MessageFilter = z.infer<typeof MessageFilter>

export const ResolveDeliveries = z.object({
  deliveries: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('ids'), ids: z.array(z.uuid()).min(1).max(10_000) }),
      z.object({ kind: z.literal('campaign'), campaignId: z.uuid() }),
      z.object({ kind: z.literal('sender'), senderId: z.uuid() }),
    ])
    .describe('These, all unknown ones of a campaign, or all unknown messages of a sender'),
  as: z.enum(resolutions),
  note: z.string().trim().max(500).default('').describe('Why; kept with each delivery'),
})
export type ResolveDeliveries = z.infer<typeof ResolveDeliveries>
export const ResolvedDeliveries = z.object({
  resolved: z.int().describe('Only what is unknown is resolved; the rest stays as it is'),
})
