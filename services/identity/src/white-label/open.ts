import { promises as dns } from 'node:dns'
import type { Http, Jobs } from '@fanfare/kernel'
import { defineJob } from '@fanfare/kernel'
import { z } from 'zod'
import type { Brand } from '../contract/appearance.ts'
import { createBrands } from './brand.ts'
import type { WhiteLabelDeps } from './deps.ts'
import { recheckDomains } from './domains.ts'
import { createSiteHosts } from './hosts.ts'
import { createPictures } from './pictures.ts'
import { whiteLabelRoutes } from './routes.ts'

const RecheckDomains = defineJob('identity.recheck-domains', z.object({}), { retryLimit: 0 })
const pictureTimeoutMs = 10_000

interface Given extends Omit<WhiteLabelDeps, 'resolver' | 'pictures' | 'brands' | 'hosts' | 'http'> {
  readonly http: Http
  readonly jobs: Jobs
  readonly config: { readonly dnsServers: readonly string[] }
}

export interface WhiteLabel {
  /** How a workspace, or with undefined the installation, presents itself. */
  brandOf(tenantId: string | undefined): Promise<Brand>
  /** Once the database is there. */
  refresh(): Promise<void>
  close(): void
}

/** The look of the product: its routes, the hosts it answers to, and what the rest of the service asks of it. */
export function openWhiteLabel({ jobs, config, ...given }: Given): WhiteLabel {
  const resolver = new dns.Resolver({ timeout: 3_000, tries: 2 })
  if (config.dnsServers.length > 0) resolver.setServers([...config.dnsServers])
  const brands = createBrands(given)
  const hosts = createSiteHosts(given)
  const pictures = createPictures({ timeoutMs: pictureTimeoutMs })
  const deps: WhiteLabelDeps = { ...given, resolver, pictures, brands, hosts }
  given.http.mount('identity', whiteLabelRoutes(deps))
  jobs.work(RecheckDomains, () => recheckDomains(deps))
  jobs.schedule(RecheckDomains, '17 */6 * * *', {})
  return {
    brandOf: async (tenantId) => (await brands.lookOf(tenantId)).brand,
    refresh: () => hosts.refresh(),
    close: () => hosts.close(),
  }
}
