import { randomUUID } from 'node:crypto'
import { Audience, type AudienceRef } from '@fanfare/audience/contract'
import { defineService, implement, Problem } from '@fanfare/kernel'

interface Recipient {
  contactId: string
  email: string
}

/** Lists of made-up people. What campaigns do not ask of the audience is refused. */
export function createFakeAudience() {
  const lists = new Map<string, Recipient[]>()
  const peopleOf = (tenantId: string, audience: AudienceRef) => {
    const people = audience.kind === 'list' ? lists.get(`${tenantId} ${audience.listId}`) : undefined
    if (!people) throw new Problem('audience.list_missing', { kind: 'missing', message: 'No list has that id' })
    return people
  }
  const service = defineService({
    provides: Audience,
    start: () =>
      implement(Audience, {
        describeAudience: async ({ tenantId, audience }) => ({
          name: 'A list',
          count: peopleOf(tenantId, audience).length,
        }),
        pageAudience: async ({ tenantId, audience, after = '', limit }) => {
          const rest = peopleOf(tenantId, audience).filter(({ contactId }) => contactId > after)
          const recipients = rest.slice(0, limit)
          return { recipients, next: rest.length > limit ? (recipients.at(-1)?.contactId ?? null) : null }
        },
        mergeValues: unused,
        findBlocked: unused,
        findByEmail: unused,
        findBlockedAddresses: unused,
        suppressAddresses: unused,
        listFields: unused,
        suppress: unused,
        getPreferences: unused,
        setPreferences: unused,
        recordEngagement: unused,
        listFacts: unused,
        countContacts: unused,
      }),
  })
  return {
    service,
    /** A list of so many people; their ids in order. */
    addList(tenantId: string, size: number): { listId: string; contactIds: string[] } {
      const listId = randomUUID()
      const contactIds = Array.from({ length: size }, () => randomUUID()).toSorted()
      const people = contactIds.map((contactId, index) => ({ contactId, email: `person${index}@example.com` }))
      lists.set(`${tenantId} ${listId}`, people)
      return { listId, contactIds }
    },
    emptyList(tenantId: string, listId: string): void {
      lists.set(`${tenantId} ${listId}`, [])
    },
  }
}

async function unused(): Promise<never> {
  throw new Error('The campaigns service does not ask this of the audience')
}
