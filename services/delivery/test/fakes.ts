import { Audience, type BlockReason } from '@fanfare/audience/contract'
import { Content } from '@fanfare/content/contract'
import { type AnyService, defineService, type Implementation, implement } from '@fanfare/kernel'

export interface FakeContact {
  readonly contactId: string
  email: string
  values: Record<string, string>
  subscribed: boolean
  listIds: string[]
}

/** An audience in memory that tests fill and block. */
export interface FakeAudience {
  readonly service: AnyService
  readonly contacts: Map<string, FakeContact>
  readonly blocked: Map<string, BlockReason>
  readonly suppressed: { contactIds: string[]; reason: string }[]
  /** Addresses that not even a transactional message may go to. */
  readonly blockedAddresses: Map<string, BlockReason>
  readonly suppressedAddresses: { emails: string[]; reason: string }[]
  /** Runs before every dispatch-time check: where tests race the engine. */
  beforeCheck: () => Promise<void>
}

const lists = [
  { id: '0198c0de-0000-7000-8000-0000000000a1', name: 'News' },
  { id: '0198c0de-0000-7000-8000-0000000000a2', name: 'Offers <b>' },
]

/** @param instead operations that a test answers in another way */
export function fakeAudience(instead: Partial<Implementation<typeof Audience.operations>> = {}): FakeAudience {
  const fake: FakeAudience = {
    service: undefined as unknown as AnyService,
    contacts: new Map(),
    blocked: new Map(),
    suppressed: [],
    blockedAddresses: new Map(),
    suppressedAddresses: [],
    beforeCheck: async () => {},
  }
  const client = implement(Audience, {
    mergeValues: async ({ contactIds }) =>
      contactIds.flatMap((contactId) => {
        const contact = fake.contacts.get(contactId)
        return contact ? [{ contactId, email: contact.email, values: contact.values }] : []
      }),
    findBlocked: async ({ contactIds }) => {
      await fake.beforeCheck()
      return contactIds.flatMap((contactId) => {
        const contact = fake.contacts.get(contactId)
        const reason = fake.blocked.get(contactId) ?? (contact?.subscribed === false ? 'unsubscribed' : undefined)
        return reason === undefined ? [] : [{ contactId, reason }]
      })
    },
    findByEmail: async ({ emails }) =>
      emails.flatMap((email) => {
        const contact = [...fake.contacts.values()].find((one) => one.email === email)
        return contact ? [{ email, contactId: contact.contactId, values: contact.values }] : []
      }),
    findBlockedAddresses: async ({ emails }) => {
      await fake.beforeCheck()
      return emails.flatMap((email) => {
        const reason = fake.blockedAddresses.get(email)
        return reason === undefined ? [] : [{ email, reason }]
      })
    },
    suppressAddresses: async ({ emails, reason }) => {
      fake.suppressedAddresses.push({ emails, reason })
      for (const email of emails) fake.blockedAddresses.set(email, 'bounced')
      return { suppressed: emails.length }
    },
    suppress: async ({ contactIds, reason }) => {
      fake.suppressed.push({ contactIds, reason })
      for (const contactId of contactIds) fake.blocked.set(contactId, 'suppressed')
      return { suppressed: contactIds.length }
    },
    getPreferences: async ({ contactId }) => {
      const contact = fake.contacts.get(contactId)
      if (contact === undefined) return null
      const { email, subscribed } = contact
      return { email, subscribed, lists: lists.map((list) => ({ ...list, member: contact.listIds.includes(list.id) })) }
    },
    setPreferences: async ({ contactId, subscribed, listIds }) => {
      const contact = fake.contacts.get(contactId)
      if (contact) Object.assign(contact, { subscribed, listIds })
      return { subscribed }
    },
    describeAudience: unused,
    pageAudience: unused,
    listFields: unused,
    recordEngagement: unused,
    listFacts: unused,
    countContacts: unused,
    ...instead,
  })
  return Object.assign(fake, { service: defineService({ provides: Audience, start: () => client }) })
}

/** An audience of any size that needs no memory: everybody exists, with an address made from their id. */
export function endlessAudience(): FakeAudience {
  return fakeAudience({
    findBlocked: async () => [],
    mergeValues: async ({ contactIds }) =>
      contactIds.map((contactId) => ({ contactId, email: `${contactId}@x.example`, values: { first_name: 'Ada' } })),
  })
}

export interface FakeEmail {
  subject: string
  preheader: string
  html: string
  text: string
}

/** Content in memory: emails by id, compiled as they are. */
export interface FakeContent {
  readonly service: AnyService
  readonly emails: Map<string, FakeEmail>
}

export function fakeContent(): FakeContent {
  const emails = new Map<string, FakeEmail>()
  const client = implement(Content, {
    compileEmail: async ({ emailId }) => {
      const email = emails.get(emailId)
      if (email === undefined) throw new Error(`No email ${emailId} was built`)
      return { emailId, revision: 1, fields: [], ...email }
    },
    compileDraft: async ({ draft: { subject, preheader, body } }) => {
      return { subject, preheader, html: body, text: body.replace(/<[^>]*>/g, ''), fields: [] }
    },
    getUsage: unused,
    createEmail: unused,
    getEmail: unused,
    checkEmail: unused,
  })
  return { emails, service: defineService({ provides: Content, start: () => client }) }
}

function unused(): never {
  throw new Error('Delivery does not use this operation')
}
