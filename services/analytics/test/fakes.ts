import { randomUUID } from 'node:crypto'
import { Ai } from '@fanfare/ai/contract'
import { Audience } from '@fanfare/audience/contract'
import { type Campaign, Campaigns } from '@fanfare/campaigns/contract'
import { Content } from '@fanfare/content/contract'
import { type Delivery, DeliveryEngine, type Engaged, type FeedbackEntry } from '@fanfare/delivery/contract'
import { defineService, implement, Problem } from '@fanfare/kernel'
import type { z } from 'zod'

type Hit = z.output<typeof Engaged.data>['hits'][number]
export interface RecordedFact {
  readonly tenantId: string
  readonly contactId: string
  readonly campaignId: string
  readonly action: 'sent' | 'opened' | 'clicked'
}

/** Knows people by id, and keeps what it is told of their engagement. */
export function createFakeAudience() {
  const people = new Map<string, string[]>()
  const recorded: RecordedFact[] = []
  const of = (tenantId: string) => people.get(tenantId) ?? []
  const service = defineService({
    provides: Audience,
    start: () =>
      implement(Audience, {
        mergeValues: async ({ tenantId, contactIds }) =>
          contactIds
            .filter((contactId) => of(tenantId).includes(contactId))
            .map((contactId) => ({ contactId, email: 'a@example.com', values: {} })),
        countContacts: async ({ tenantId }) => ({
          contacts: of(tenantId).length,
          reachable: of(tenantId).length,
          suppressed: 0,
        }),
        listFacts: async () => [{ at: '2026-01-01T00:00:00.000Z', kind: 'created', text: 'Came with an import' }],
        recordEngagement: async ({ tenantId, facts }) => {
          recorded.push(...facts.map((fact) => ({ ...fact, tenantId })))
          return {}
        },
        describeAudience: unused,
        pageAudience: unused,
        findBlocked: unused,
        findByEmail: unused,
        findBlockedAddresses: unused,
        suppressAddresses: unused,
        listFields: unused,
        suppress: unused,
        getPreferences: unused,
        setPreferences: unused,
      }),
  })
  return {
    service,
    recorded,
    addContact(tenantId: string): string {
      const contactId = randomUUID()
      people.set(tenantId, [...of(tenantId), contactId])
      return contactId
    },
  }
}

/** Keeps campaigns as they are given. */
export function createFakeCampaigns() {
  const campaigns = new Map<string, Campaign[]>()
  const of = (tenantId: string) => campaigns.get(tenantId) ?? []
  const service = defineService({
    provides: Campaigns,
    start: () =>
      implement(Campaigns, {
        getCampaign: async ({ tenantId, campaignId }) => {
          const found = of(tenantId).find(({ id }) => id === campaignId)
          if (found) return found
          throw new Problem('campaigns.campaign_missing', { kind: 'missing', message: 'No campaign has that id' })
        },
        listCampaigns: async ({ tenantId, limit }) => of(tenantId).slice(0, limit),
        nameCampaigns: async ({ tenantId, campaignIds }) =>
          of(tenantId)
            .filter(({ id }) => campaignIds.includes(id))
            .map(({ id, name }) => ({ campaignId: id, name })),
      }),
  })
  return {
    service,
    add: (tenantId: string, campaign: Campaign) => void campaigns.set(tenantId, [campaign, ...of(tenantId)]),
  }
}

/** Tells of one contact what it was given. */
export function createFakeDelivery() {
  const deliveries: (Delivery & { tenantId: string })[] = []
  const hits: (Hit & { tenantId: string })[] = []
  const feedback: (FeedbackEntry & { tenantId: string })[] = []
  const service = defineService({
    provides: DeliveryEngine,
    start: () =>
      implement(DeliveryEngine, {
        listContactDeliveries: async (of) =>
          deliveries.filter((row) => row.tenantId === of.tenantId && row.contactId === of.contactId),
        listContactHits: async (of) =>
          hits.filter((hit) => hit.tenantId === of.tenantId && hit.contactId === of.contactId),
        listContactFeedback: async (of) =>
          feedback.filter((one) => one.tenantId === of.tenantId && one.contactId === of.contactId),
        getUsage: async () => ({ sends: 7, storageBytes: 1_000 }),
        prepareDispatch: unused,
        addRecipients: unused,
        openDispatch: unused,
        startDispatch: unused,
        pauseDispatch: unused,
        resumeDispatch: unused,
        cancelDispatch: unused,
        getAccounting: unused,
        listAccounting: unused,
        sendTest: unused,
        listSenders: unused,
        ensureSandboxSender: unused,
      }),
  })
  return { service, deliveries, hits, feedback }
}

/** Texts of a known size. */
export function createFakeContent() {
  return defineService({
    provides: Content,
    start: () =>
      implement(Content, {
        getUsage: async () => ({ storageBytes: 500 }),
        createEmail: unused,
        getEmail: unused,
        checkEmail: unused,
        compileEmail: unused,
        compileDraft: unused,
      }),
  })
}

/** A crew that has cost something. */
export function createFakeAi() {
  return defineService({
    provides: Ai,
    start: () =>
      implement(Ai, { getUsage: async () => ({ usd: 1.25 }), startRun: unused, getRun: unused, getBrand: unused }),
  })
}

async function unused(): Promise<never> {
  throw new Error('The analytics service does not ask for this')
}
