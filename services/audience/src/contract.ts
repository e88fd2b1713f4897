import { defineContract, defineEvent } from '@fanfare/kernel'
import { z } from 'zod'

export const fieldTypes = ['text', 'number', 'date', 'yes_no'] as const
/** Custom values; a date is `YYYY-MM-DD` or an ISO time. */
export const FieldValue = z.union([z.string().max(10_000), z.number(), z.boolean(), z.null()])
export type FieldValue = z.infer<typeof FieldValue>
/** A name a template can use: `{{first_name}}`. */
export const FieldKey = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'Use a lower-case letter, then letters, digits and _')

export const Field = z.object({ key: FieldKey, label: z.string().trim().min(1).max(100), type: z.enum(fieldTypes) })
export type Field = z.infer<typeof Field>

/** Fields every contact has besides its custom ones. */
export const standardFields = [
  { key: 'email', label: 'Email', type: 'text' },
  { key: 'first_name', label: 'First name', type: 'text' },
  { key: 'last_name', label: 'Last name', type: 'text' },
] as const satisfies readonly Field[]

export const contactStatuses = ['subscribed', 'unsubscribed', 'bounced', 'complained'] as const
/** On what ground a person may be written to (GDPR Art. 6 and its like); `none` cannot be mailed. */
export const consentBases = ['opt_in', 'customer', 'legitimate_interest', 'none'] as const
export type ConsentBasis = (typeof consentBases)[number]

const Tag = z.string().trim().min(1).max(100)
const EmailAddress = z.string().trim().max(254).pipe(z.email())

export const Contact = z.object({
  id: z.uuid(),
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  fields: z.record(z.string(), FieldValue),
  tags: z.array(z.string()),
  listIds: z.array(z.uuid()),
  status: z.enum(contactStatuses),
  consentBasis: z.enum(consentBases),
  suppressed: z.boolean().describe('On the suppression list: never written to, whatever the status'),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type Contact = z.infer<typeof Contact>

export const NewContact = z.object({
  email: EmailAddress,
  firstName: z.string().trim().max(200).default(''),
  lastName: z.string().trim().max(200).default(''),
  fields: z.record(FieldKey, FieldValue).default({}),
  tags: z.array(Tag).max(100).default([]),
  listIds: z.array(z.uuid()).max(100).default([]),
  consentBasis: z.enum(consentBases),
})
export type NewContact = z.infer<typeof NewContact>
/** Only what is named changes; a field set to null is removed. */
export const ContactChange = z
  .object({
    email: EmailAddress,
    firstName: z.string().trim().max(200),
    lastName: z.string().trim().max(200),
    fields: z.record(FieldKey, FieldValue),
    tags: z.array(Tag).max(100),
    listIds: z.array(z.uuid()).max(100),
    status: z.enum(['subscribed', 'unsubscribed']),
    consentBasis: z.enum(consentBases),
  })
  .partial()
export type ContactChange = z.infer<typeof ContactChange>

export const List = z.object({
  id: z.uuid(),
  name: z.string().trim().min(1).max(200),
  description: z.string().max(2000),
  contacts: z.int(),
  createdAt: z.iso.datetime(),
})
export type List = z.infer<typeof List>
export const NewList = z.object({
  name: z.string().trim().min(1).max(200),
  description: z.string().max(2000).default(''),
})
export const ListMembers = z.object({ contactIds: z.array(z.uuid()).min(1).max(10_000) })

const textOperators = ['is', 'is_not', 'contains', 'starts_with', 'is_set', 'is_not_set'] as const
const orderOperators = ['is', 'is_not', 'less_than', 'at_least', 'is_set', 'is_not_set'] as const
/** One condition on a contact. `fieldType` chooses the comparison; it must be the field's own type. */
const FieldCondition = z.object({
  kind: z.literal('field'),
  field: z.union([FieldKey, z.enum(['status', 'created_at'])]),
  operator: z.enum([...new Set([...textOperators, ...orderOperators])] as [string, ...string[]]),
  value: FieldValue.default(null),
})
const TagCondition = z.object({ kind: z.literal('tag'), operator: z.enum(['has', 'has_not']), tag: Tag })
const ListCondition = z.object({ kind: z.literal('list'), operator: z.enum(['in', 'not_in']), listId: z.uuid() })
const EngagementCondition = z.object({
  kind: z.literal('engagement'),
  operator: z.enum(['did', 'did_not']),
  action: z.enum(['sent', 'opened', 'clicked']),
  /** Of any campaign when absent. */
  campaignId: z.uuid().optional(),
  withinDays: z.int().min(1).max(3650).optional(),
})
export const Condition = z.discriminatedUnion('kind', [
  FieldCondition,
  TagCondition,
  ListCondition,
  EngagementCondition,
])
export type Condition = z.infer<typeof Condition>
/** Conditions joined by and/or, one level of groups inside: what the console's rule builder draws. */
export const RuleGroup = z.object({ match: z.enum(['all', 'any']), conditions: z.array(Condition).max(20) })
export const SegmentRules = z.object({
  match: z.enum(['all', 'any']),
  conditions: z.array(Condition).max(20).default([]),
  groups: z.array(RuleGroup).max(10).default([]),
})
export type SegmentRules = z.infer<typeof SegmentRules>

export const Segment = z.object({
  id: z.uuid(),
  name: z.string(),
  rules: SegmentRules,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type Segment = z.infer<typeof Segment>
export const NewSegment = z.object({ name: z.string().trim().min(1).max(200), rules: SegmentRules })

/** Whom a campaign is for. */
export const AudienceRef = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('everyone') }),
  z.object({ kind: z.literal('list'), listId: z.uuid() }),
  z.object({ kind: z.literal('segment'), segmentId: z.uuid() }),
])
export type AudienceRef = z.infer<typeof AudienceRef>

export const importSources = ['mailchimp', 'hubspot', 'listmonk', 'google_contacts', 'unknown'] as const
export const importStates = ['uploaded', 'running', 'done', 'failed', 'cancelled'] as const
/**
 * What a column becomes: a field, a new custom one, tags, a status, or nothing. `full_name` is split into first and last
 * name; `attributes` is a JSON object whose entries become custom fields (listmonk).
 */
export const ColumnTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('field'), key: FieldKey }),
  z.object({
    kind: z.literal('new_field'),
    key: FieldKey,
    label: z.string().min(1).max(100),
    type: z.enum(fieldTypes),
  }),
  z.object({ kind: z.literal('tags') }),
  z.object({ kind: z.literal('status') }),
  z.object({ kind: z.literal('full_name') }),
  z.object({ kind: z.literal('attributes') }),
  z.object({ kind: z.literal('ignore') }),
])
export type ColumnTarget = z.infer<typeof ColumnTarget>
export const Import = z.object({
  id: z.uuid(),
  fileName: z.string(),
  bytes: z.number(),
  state: z.enum(importStates),
  /** Whose export the header looks like. */
  source: z.enum(importSources),
  encoding: z.string(),
  delimiter: z.string(),
  columns: z.array(
    z.object({ header: z.string(), target: ColumnTarget, samples: z.array(z.string()).describe('First few values') }),
  ),
  bytesRead: z.number().describe('Of `bytes`: how far the import has come'),
  rowsRead: z.int(),
  created: z.int(),
  updated: z.int(),
  rejected: z.int(),
  failure: z.string().nullable(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
})
export type Import = z.infer<typeof Import>
export const StartImport = z.object({
  columns: z.array(ColumnTarget).max(500).describe('One for each column, in order'),
  consentBasis: z.enum(consentBases).describe('On what ground these people may be written to'),
  listId: z.uuid().optional(),
  /** Made when there is none of that name. */
  listName: z.string().trim().min(1).max(200).optional(),
  tags: z.array(Tag).max(20).default([]),
  onDuplicate: z.enum(['update', 'keep']).default('update').describe('What a row does to a contact we have'),
})
export type StartImport = z.infer<typeof StartImport>

export const suppressionReasons = ['unsubscribed', 'hard_bounce', 'complaint', 'manual', 'import'] as const
export type SuppressionReason = (typeof suppressionReasons)[number]
export const Suppression = z.object({
  id: z.uuid(),
  email: z.string(),
  reason: z.enum(suppressionReasons),
  note: z.string(),
  createdAt: z.iso.datetime(),
})
export type Suppression = z.infer<typeof Suppression>
export const NewSuppression = z.object({ email: EmailAddress, note: z.string().max(500).default('') })

/** A thing that happened to a contact in this service, for its timeline. */
export const ContactFact = z.object({ at: z.iso.datetime(), kind: z.string(), text: z.string() })

export const blockReasons = ['suppressed', 'unsubscribed', 'bounced', 'complained', 'no_consent', 'deleted'] as const
export type BlockReason = (typeof blockReasons)[number]

/** A contact was put on the suppression list. */
export const ContactSuppressed = defineEvent(
  'audience.contact_suppressed',
  1,
  z.object({ contactId: z.uuid().nullable(), reason: z.enum(suppressionReasons) }),
)

const tenantId = z.uuid()

/** What other services may ask of the audience. Lists go in sets: nothing here is called once per contact of an audience. */
export const Audience = defineContract('audience', 1, {
  describeAudience: {
    input: z.object({ tenantId, audience: AudienceRef }),
    output: z.object({ name: z.string(), count: z.int() }),
  },
  /** Contacts of an audience in order of id, a page at a time: everyone in it, also those who may not be written to. */
  pageAudience: {
    input: z.object({ tenantId, audience: AudienceRef, after: z.uuid().optional(), limit: z.int().min(1).max(10_000) }),
    output: z.object({
      recipients: z.array(z.object({ contactId: z.uuid(), email: z.string() })),
      next: z.uuid().nullable(),
    }),
  },
  /** What templates may say about these contacts: standard and custom fields by key, never null. Missing contacts are left out. */
  mergeValues: {
    input: z.object({ tenantId, contactIds: z.array(z.uuid()).max(10_000) }),
    output: z.array(z.object({ contactId: z.uuid(), email: z.string(), values: z.record(z.string(), z.string()) })),
  },
  /** Which of these may not be written to right now, and why. Asked at dispatch. */
  findBlocked: {
    input: z.object({ tenantId, contactIds: z.array(z.uuid()).max(10_000) }),
    output: z.array(z.object({ contactId: z.uuid(), reason: z.enum(blockReasons) })),
  },
  /** Whose addresses these are, each `email` as it was asked for, with their `mergeValues`. Addresses of nobody are left out. */
  findByEmail: {
    input: z.object({ tenantId, emails: z.array(z.string().max(254)).max(10_000) }),
    output: z.array(z.object({ email: z.string(), contactId: z.uuid(), values: z.record(z.string(), z.string()) })),
  },
  /**
   * Which of these addresses not even a message that a person waits for may go to: they bounced, complained, or were
   * suppressed by hand. Leaving the newsletter and having given no consent to it do not count here.
   */
  findBlockedAddresses: {
    input: z.object({ tenantId, emails: z.array(z.string().max(254)).max(10_000) }),
    output: z.array(z.object({ email: z.string(), reason: z.enum(blockReasons) })),
  },
  /** Standard and custom fields: what `{{…}}` may name. */
  listFields: { input: z.object({ tenantId }), output: z.array(Field) },
  /** Puts addresses on the suppression list; those already there stay as they are. `bounced`/`complained` change the status too. */
  suppress: {
    input: z.object({
      tenantId,
      contactIds: z.array(z.uuid()).min(1).max(10_000),
      reason: z.enum(suppressionReasons),
      note: z.string().max(500).default(''),
    }),
    output: z.object({ suppressed: z.int() }),
    idempotent: true,
  },
  /** The same for addresses, whether they are contacts' or not. A bounce or complaint outweighs an unsubscribe on the list. */
  suppressAddresses: {
    input: z.object({
      tenantId,
      emails: z.array(z.string().max(254)).min(1).max(10_000),
      reason: z.enum(suppressionReasons),
      note: z.string().max(500).default(''),
    }),
    output: z.object({ suppressed: z.int() }),
    idempotent: true,
  },
  /** What the preference page shows of one person. Undefined contact: null. */
  getPreferences: {
    input: z.object({ tenantId, contactId: z.uuid() }),
    output: z
      .object({
        email: z.string(),
        subscribed: z.boolean(),
        lists: z.array(z.object({ id: z.uuid(), name: z.string(), member: z.boolean() })),
      })
      .nullable(),
  },
  /** Sets what the person chose: unsubscribe from all also suppresses; subscribing again lifts only a suppression by `unsubscribed`. */
  setPreferences: {
    input: z.object({ tenantId, contactId: z.uuid(), subscribed: z.boolean(), listIds: z.array(z.uuid()).max(1000) }),
    output: z.object({ subscribed: z.boolean() }),
    idempotent: true,
  },
  /** Keeps what segments ask of engagement. At most 10 000 facts a call; repeated facts change nothing. */
  recordEngagement: {
    input: z.object({
      tenantId,
      facts: z
        .array(
          z.object({
            contactId: z.uuid(),
            campaignId: z.uuid(),
            action: z.enum(['sent', 'opened', 'clicked']),
            at: z.iso.datetime(),
          }),
        )
        .max(10_000),
    }),
    output: z.object({}),
    idempotent: true,
  },
  /** This service's part of a contact's timeline. */
  listFacts: { input: z.object({ tenantId, contactId: z.uuid() }), output: z.array(ContactFact) },
  countContacts: {
    input: z.object({ tenantId }),
    output: z.object({ contacts: z.int(), reachable: z.int(), suppressed: z.int() }),
  },
})
