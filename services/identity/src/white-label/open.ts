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

interface Given extends Omit<WhiteLabelDeps, 'pictures' | 'brands' | 'hosts' | 'http'> {
  readonly http: Http
  readonly jobs: Jobs
}

export interface WhiteLabel {
  /** How a workspace, or with undefined the installation, presents itself. */
  brandOf(tenantId: string | undefined): Promise<Brand>
  /** Once the database is there. */
  refresh(): Promise<void>
  close(): void
}

/** The look of the product: its routes, the hosts it answers to, and what the rest of the service asks of it. */
export function openWhiteLabel({ jobs, ...given }: Given): WhiteLabel {
  const brands = createBrands(given)
  const hosts = createSiteHosts(given)
  const pictures = createPictures({ timeoutMs: pictureTimeoutMs })
  const deps: WhiteLabelDeps = { ...given, pictures, brands, hosts }
  given.http.mount('identity', whiteLabelRoutes(deps))
  jobs.work(RecheckDomains, () => recheckDomains(deps))
  jobs.schedule(RecheckDomains, '17 */6 * * *', {})
  return {
    brandOf: async (tenantId) => (await brands.lookOf(tenantId)).brand,
    refresh: () => hosts.refresh(),
    close: () => hosts.close(),
  }
}
