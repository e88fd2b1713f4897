import { anyone, can, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { TrackingDomainSetup } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { getSender } from '../store/senders.ts'
import { listDomainRecords, provenDomainOf, signProof } from '../tracking/domain.ts'

export function trackingDomainRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/.well-known/fanfare',
      name: 'proveInstallation',
      summary: 'Signs a nonce, by which an installation knows that a domain leads to it',
      access: anyone('the check of a tracking domain comes from outside; a signature of a nonce tells nothing'),
      query: z.object({ nonce: z.string().regex(/^[\w-]{16,64}$/) }),
      replies: { 200: z.object({ signature: z.string() }) },
      handler: async ({ query: { nonce } }) => ({
        status: 200,
        headers: { 'cache-control': 'no-store' },
        body: { signature: signProof(deps.keys, nonce) },
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/senders/:senderId/tracking-domain',
      name: 'getTrackingDomain',
      summary: 'The DNS records by which a sender’s links get a domain of their own',
      access: can('delivery.read'),
      params: z.object({ senderId: z.uuid() }),
      replies: { 200: TrackingDomainSetup },
      handler: async ({ caller: { tenantId }, params: { senderId } }) => {
        const sender = await deps.db.withTenant(tenantId, (trx) => getSender(trx, tenantId, senderId))
        const domain = sender.tracking_domain
        const records = domain === '' ? [] : listDomainRecords(deps, tenantId, domain)
        return { status: 200, body: { domain, inUse: provenDomainOf(sender) !== '', records } }
      },
    }),
  ]
}
