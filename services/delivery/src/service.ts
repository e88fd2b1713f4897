import { Audience } from '@fanfare/audience/contract'
import { Content } from '@fanfare/content/contract'
import { Identity } from '@fanfare/identity/contract'
import { Db, defineService, Egress, Events, Http, implement, Jobs, Keys, Live } from '@fanfare/kernel'
import { migrations } from '../migrations/all.ts'
import { DeliveryConfig } from './config.ts'
import { DeliveryEngine } from './contract.ts'
import { listContactDeliveries, listContactHits } from './deliveries.ts'
import type { Deps } from './deps.ts'
import {
  addRecipients,
  cancelDispatch,
  countAll,
  getAccounting,
  openDispatch,
  pauseDispatch,
  prepareDispatch,
  resumeDispatch,
  startDispatch,
} from './dispatches.ts'
import { createSigners } from './dkim/signers.ts'
import { createResolver } from './dns/resolver.ts'
import { createEngine } from './engine/engine.ts'
import { listContactFeedback } from './feedback/views.ts'
import { heedHalts } from './halts.ts'
import { createIntakeCounts } from './intake/counts.ts'
import { type IntakeServer, openIntake } from './intake/server.ts'
import { registerJobs } from './jobs.ts'
import { registerMailboxJobs } from './mailboxes/jobs.ts'
import { createProgress } from './progress.ts'
import { consentRoutes } from './routes/consent.ts'
import { dkimRoutes } from './routes/dkim.ts'
import { engineRoutes } from './routes/engine.ts'
import { feedbackRoutes } from './routes/feedback.ts'
import { ledgerRoutes } from './routes/ledger.ts'
import { mailboxRoutes } from './routes/mailboxes.ts'
import { messageRoutes } from './routes/messages.ts'
import { providerEventRoutes } from './routes/provider-events.ts'
import { sandboxRoutes } from './routes/sandbox.ts'
import { senderRoutes } from './routes/senders.ts'
import { trackingRoutes } from './routes/tracking.ts'
import { trackingDomainRoutes } from './routes/tracking-domain.ts'
import { webhookHistoryRoutes } from './routes/webhook-history.ts'
import { webhookRoutes } from './routes/webhooks.ts'
import { createInbox } from './sandbox/inbox.ts'
import { openSandboxServer } from './sandbox/server.ts'
import { ensureSandboxSender, listSenders } from './senders/senders.ts'
import type { DeliveryTables, DispatchRef } from './store/tables.ts'
import { sendTest } from './test-send.ts'
import { createHitBuffer } from './tracking/hits.ts'
import { createTrackingHosts } from './tracking/hosts.ts'
import { countSends, sumStorage } from './usage.ts'
import { openWebhooks } from './webhooks/open.ts'

/** Sends campaigns and accounts for every recipient; keeps the sandbox mailbox and the links of messages. */
export const delivery = defineService({
  provides: DeliveryEngine,
  needs: {
    db: Db,
    events: Events,
    jobs: Jobs,
    live: Live,
    keys: Keys,
    http: Http,
    egress: Egress,
    audience: Audience,
    content: Content,
    identity: Identity,
  },
  config: DeliveryConfig,
  migrations,
  async start({ db, ...needs }, context) {
    const shared = { ...needs, ...context, db: db.as<DeliveryTables>(), random: Math.random }
    const sandbox = await openSandboxServer({ ...context, inbox: createInbox(shared) })
    context.defer(async () => sandbox[Symbol.asyncDispose]())
    const hits = createHitBuffer({ ...shared, metrics: context.metrics })
    const progress = createProgress(shared)
    const signers = createSigners(shared)
    const engine = createEngine({ ...shared, sandbox, progress, signers })
    const webhooks = openWebhooks(shared, context)
    const resolver = createResolver(context.config.dnsServers)
    const deps: Deps = { ...shared, sandbox, progress, engine, hits, resolver, signers, ...webhooks }

    registerJobs(deps)
    heedHalts(deps)
    needs.live.topic('deliveries', 'delivery.read')
    needs.live.topic('sandbox', 'delivery.read')
    needs.live.topic('feedback', 'delivery.read')
    const routes = [
      senderRoutes,
      dkimRoutes,
      ledgerRoutes,
      messageRoutes,
      engineRoutes,
      feedbackRoutes,
      providerEventRoutes,
      mailboxRoutes,
      sandboxRoutes,
      trackingRoutes,
      trackingDomainRoutes,
      consentRoutes,
      webhookRoutes,
      webhookHistoryRoutes,
    ]
    needs.http.mount(
      'delivery',
      routes.flatMap((make) => make(deps)),
    )
    const trackingHosts = createTrackingHosts(shared)
    context.onReady(() => trackingHosts.refresh())
    context.defer(() => trackingHosts.close())
    const receiving = { ...deps, counts: createIntakeCounts(context.metrics) }
    registerMailboxJobs(receiving)
    let intake: IntakeServer | undefined
    context.onReady(async () => {
      intake = await openIntake(receiving)
    })
    context.defer(async () => intake?.[Symbol.asyncDispose]())
    context.onReady(() => engine.start())
    context.onDrain(() => engine.drain())
    context.onDrain(() => hits.flush())
    context.defer(() => hits.close())
    context.defer(() => progress.close())
    return implementationOf(deps)
  },
})

function implementationOf(deps: Deps) {
  const done = (work: Promise<unknown>) => work.then(() => ({}))
  return implement(DeliveryEngine, {
    prepareDispatch: (dispatch) => done(prepareDispatch(deps, { ...dispatch, ...refOf(dispatch) })),
    addRecipients: async (page) => ({ added: await addRecipients(deps, refOf(page), page.recipients) }),
    openDispatch: (campaign) => done(openDispatch(deps, refOf(campaign))),
    startDispatch: (campaign) => done(startDispatch(deps, refOf(campaign))),
    pauseDispatch: (campaign) => done(pauseDispatch(deps, refOf(campaign))),
    resumeDispatch: (campaign) => done(resumeDispatch(deps, refOf(campaign))),
    cancelDispatch: async (campaign) => ({ cancelled: await cancelDispatch(deps, refOf(campaign)) }),
    getAccounting: (campaign) => getAccounting(deps, refOf(campaign)),
    listAccounting: async ({ tenantId, campaignIds }) => {
      const counted = await countAll(deps, tenantId, campaignIds)
      return [...counted].map(([campaignId, accounting]) => ({ campaignId, ...accounting }))
    },
    sendTest: (test) => sendTest(deps, test),
    listSenders: ({ tenantId }) => listSenders(deps, tenantId),
    ensureSandboxSender: ({ tenantId, fromName }) => ensureSandboxSender(deps, tenantId, fromName),
    getUsage: async ({ tenantId, since }) => ({
      sends: await countSends(deps, tenantId, new Date(since)),
      storageBytes: await sumStorage(deps, tenantId),
    }),
    listContactDeliveries: ({ tenantId, contactId }) => listContactDeliveries(deps, tenantId, contactId),
    listContactHits: ({ tenantId, contactId }) => listContactHits(deps, tenantId, contactId),
    listContactFeedback: ({ tenantId, contactId }) => listContactFeedback(deps, tenantId, contactId),
  })
}

/** A campaign's dispatch has the campaign's id. */
function refOf({ tenantId, campaignId }: { tenantId: string; campaignId: string }): DispatchRef {
  return { tenantId, dispatchId: campaignId }
}
