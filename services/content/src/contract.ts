import { defineContract } from '@fanfare/kernel'
import { z } from 'zod'

export { findTagSpans } from './template/tag-spans.ts'
export { type CompiledTemplate, compileTemplate, type TemplateValues } from './template.ts'

export const emailFormats = ['mjml', 'html'] as const
/** An email as its author wrote it: Mustache in every text, MJML or HTML in the body. */
export const EmailDraft = z.object({
  name: z.string().trim().min(1).max(200),
  subject: z.string().min(1).max(500),
  preheader: z.string().max(500).default(''),
  format: z.enum(emailFormats).default('mjml'),
  body: z.string().min(1).max(900_000),
})
export type EmailDraft = z.infer<typeof EmailDraft>

export const findingLevels = ['error', 'warning'] as const
/** One thing a check found. Errors refuse the save of an email that is to be sent; warnings are shown. */
export const Finding = z.object({
  level: z.enum(findingLevels),
  /** `unknown_field`, `unclosed_section`, `missing_unsubscribe`, `broken_link`, `empty_text`, `invalid_mjml`, … */
  code: z.string(),
  message: z.string(),
  /** Which text: `subject`, `preheader` or `body`; line from 1 where known. */
  where: z.string(),
  line: z.int().nullable(),
})
export type Finding = z.infer<typeof Finding>

export const Email = EmailDraft.extend({
  id: z.uuid(),
  revision: z.int().describe('Counts up with each save; a save names the one it changes'),
  findings: z.array(Finding),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type Email = z.infer<typeof Email>
export const EmailSummary = Email.omit({ body: true, findings: true })
export const EmailChange = EmailDraft.extend({ revision: z.int() })

export const Partial = z.object({ name: z.string(), body: z.string(), updatedAt: z.iso.datetime() })
export const PartialName = z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/)
export const PartialBody = z.object({ body: z.string().max(100_000) })

/** A preview of a draft as one contact would get it; without a contact, as a made-up one. */
export const PreviewRequest = EmailDraft.omit({ name: true }).extend({ contactId: z.uuid().optional() })
export const Preview = z.object({
  subject: z.string(),
  preheader: z.string(),
  html: z.string().describe('Show only in a frame with sandbox and no scripts'),
  text: z.string(),
  findings: z.array(Finding),
})

/** Ready-made emails a person can begin with. */
export const Starter = z.object({ key: z.string(), name: z.string(), description: z.string(), draft: EmailDraft })

/**
 * An email ready to be merged many times: MJML compiled, partials put in, text made from the HTML. The three texts are
 * Mustache; `{{unsubscribe_url}}` and `{{preferences_url}}` are for the sender to fill, like the contact's fields. The HTML
 * holds the preheader already, hidden; a field inside a link reads `{{%name}}`, which `compileTemplate` encodes for a URL.
 */
export const CompiledEmail = z.object({
  emailId: z.uuid(),
  revision: z.int(),
  subject: z.string(),
  preheader: z.string(),
  html: z.string(),
  text: z.string(),
  fields: z.array(z.string()).describe('Names the texts ask for'),
})
export type CompiledEmail = z.infer<typeof CompiledEmail>

/** Names a template may use besides the contact's fields; the sender fills them. */
export const systemFields = ['unsubscribe_url', 'preferences_url', 'sender_name', 'sender_address'] as const

/** `transactional` is what one person waits for, such as a receipt; its values come with the order to send it. */
export const emailPurposes = ['marketing', 'transactional'] as const
export type EmailPurpose = (typeof emailPurposes)[number]

const tenantId = z.uuid()
/** What other services may ask of content. */
export const Content = defineContract('content', 1, {
  createEmail: { input: z.object({ tenantId, draft: EmailDraft }), output: Email },
  /** Bytes of the texts of emails and partials. */
  getUsage: { input: z.object({ tenantId }), output: z.object({ storageBytes: z.number() }) },
  /** Problem `content.email_missing`. */
  getEmail: { input: z.object({ tenantId, emailId: z.uuid() }), output: Email },
  /**
   * Problems `content.email_missing`, `content.email_invalid` (it has errors; the violations say which). A `transactional`
   * email may do without a link to unsubscribe, and ask for fields of its own.
   */
  compileEmail: {
    input: z.object({ tenantId, emailId: z.uuid(), purpose: z.enum(emailPurposes).default('marketing') }),
    output: CompiledEmail,
  },
  /** The same for texts that are not kept. Problem `content.email_invalid`. */
  compileDraft: {
    input: z.object({ tenantId, draft: EmailDraft, purpose: z.enum(emailPurposes).default('marketing') }),
    output: CompiledEmail.omit({ emailId: true, revision: true }),
  },
  /** What is wrong with a draft, without keeping it. */
  checkEmail: { input: z.object({ tenantId, draft: EmailDraft }), output: z.array(Finding) },
})
