import { randomUUID } from 'node:crypto'
import { type Accounting, DeliveryEngine, type Sender } from '@fanfare/delivery/contract'
import { defineService, implement } from '@fanfare/kernel'
import type { z } from 'zod'

interface Dispatch {
  readonly variants: readonly { variantId: string; label: string; emailId: string }[]
  readonly recipients: Map<string, string | null>
  state: 'prepared' | 'sending' | 'paused' | 'cancelled'
}

/** Takes dispatches in and keeps everyone pending. What a transaction rolls back is kept all the same: be idempotent. */
export function createFakeDelivery() {
  const dispatches = new Map<string, Dispatch>()
  const senders = new Map<string, Sender[]>()
  const tests: { to: string; emailId: string }[] = []
  const pages: { campaignId: string; size: number }[] = []
  const hooks = { sends: () => 0, beforePage: async (_campaignId: string, _page: number): Promise<void> => {} }
  const get = (campaignId: string): Dispatch => {
    const dispatch = dispatches.get(campaignId)
    if (!dispatch) throw new Error(`Campaign ${campaignId} was not prepared`)
    return dispatch
  }
  const become = (campaignId: string, state: Dispatch['state']) => {
    get(campaignId).state = state
    return {}
  }
  const service = defineService({
    provides: DeliveryEngine,
    start: () =>
      implement(DeliveryEngine, {
        prepareDispatch: async ({ campaignId, variants }) => {
          if (!dispatches.has(campaignId)) {
            dispatches.set(campaignId, { variants, recipients: new Map(), state: 'prepared' })
          }
          return {}
        },
        addRecipients: async ({ campaignId, recipients }) => {
          await hooks.beforePage(campaignId, pages.filter((page) => page.campaignId === campaignId).length)
          pages.push({ campaignId, size: recipients.length })
          const all = get(campaignId).recipients
          const fresh = recipients.filter(({ contactId }) => !all.has(contactId))
          for (const { contactId, variantId } of fresh) all.set(contactId, variantId)
          return { added: fresh.length }
        },
        getUsage: async () => ({ sends: hooks.sends(), storageBytes: 0 }),
        openDispatch: async ({ campaignId }) => become(campaignId, 'sending'),
        startDispatch: async ({ campaignId }) => {
          const { state } = get(campaignId)
          return become(campaignId, state === 'paused' ? state : 'sending')
        },
        pauseDispatch: async ({ campaignId }) => become(campaignId, 'paused'),
        resumeDispatch: async ({ campaignId }) => become(campaignId, 'sending'),
        cancelDispatch: async ({ campaignId }) => {
          become(campaignId, 'cancelled')
          return { cancelled: get(campaignId).recipients.size }
        },
        getAccounting: async ({ campaignId }) => accountingOf(get(campaignId)),
        listAccounting: async ({ campaignIds }) =>
          campaignIds.map((campaignId) => ({ campaignId, ...accountingOf(get(campaignId)) })),
        sendTest: async ({ to, emailId }) => {
          tests.push({ to, emailId })
          return { accepted: true, reply: '250 OK' }
        },
        listSenders: async ({ tenantId }) => senders.get(tenantId) ?? [],
        ensureSandboxSender: unused,
        listContactDeliveries: unused,
        listContactHits: unused,
        listContactFeedback: unused,
      }),
  })
  return {
    service,
    dispatches,
    tests,
    pages,
    hooks,
    addSender(tenantId: string, given: Partial<Sender> = {}): Sender {
      const sender: Sender = {
        id: randomUUID(),
        name: 'A sender',
        fromName: 'Ada',
        fromEmail: 'ada@example.com',
        replyTo: '',
        postalAddress: '1 Engine Street',
        kind: 'sandbox',
        smtp: null,
        hasPassword: false,
        messagesPerSecond: null,
        pacing: { destinations: {}, warmUp: null, window: null },
        provider: null,
        hasSigningKey: false,
        fallbackSenderIds: [],
        eventsUrl: null,
        trackingDomain: '',
        trouble: null,
        createdAt: new Date().toISOString(),
        ...given,
        returnPathDomain: given.returnPathDomain ?? '',
      }
      senders.set(tenantId, [...(senders.get(tenantId) ?? []), sender])
      return sender
    },
  }
}

function accountingOf({ recipients, state }: Dispatch): z.output<typeof Accounting> {
  const held = [...recipients.values()].filter((variantId) => variantId === null).length
  const audience = recipients.size - held
  const cancelled = state === 'cancelled'
  return {
    audience,
    sent: 0,
    failed: 0,
    suppressed: cancelled ? audience : 0,
    pending: cancelled ? 0 : audience,
    unknown: 0,
    held,
  }
}

async function unused(): Promise<never> {
  throw new Error('The campaigns service does not ask this of delivery')
}
