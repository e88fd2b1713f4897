import { Ai } from '@fanfare/ai/contract'
import { Audience } from '@fanfare/audience/contract'
import { Content } from '@fanfare/content/contract'
import { DeliveryEngine } from '@fanfare/delivery/contract'
import { Identity } from '@fanfare/identity/contract'
import { Db, defineService, Events, Http, implement, Jobs, Live } from '@fanfare/kernel'
import * as campaign from '../migrations/001-campaign.ts'
import * as frozen from '../migrations/002-frozen.ts'
import { getCampaign, listCampaigns, nameCampaigns } from './campaigns.ts'
import { Config } from './config.ts'
import { Campaigns } from './contract.ts'
import { subscribe } from './events.ts'
import { registerJobs } from './jobs.ts'
import { campaignRoutes } from './routes.ts'
import type { Schema } from './store.ts'

export const campaigns = defineService({
  provides: Campaigns,
  needs: {
    db: Db,
    http: Http,
    events: Events,
    jobs: Jobs,
    live: Live,
    ai: Ai,
    identity: Identity,
    audience: Audience,
    content: Content,
    delivery: DeliveryEngine,
  },
  config: Config,
  migrations: [campaign, frozen],
  start({ db, http, ...needs }, { config, clock, ids, log }) {
    const deps = { ...needs, db: db.as<Schema>(), clock, ids }

    needs.live.topic('campaign', 'campaigns.read')
    needs.live.topic('campaigns', 'campaigns.read')
    http.mount('campaigns', campaignRoutes(deps))
    subscribe(deps)
    registerJobs({ ...deps, log, pageSize: config.launchPageSize })

    return implement(Campaigns, {
      getCampaign: (key) => getCampaign(deps, key),
      listCampaigns: async (page) => (await listCampaigns(deps, page)).rows,
      nameCampaigns: ({ tenantId, campaignIds }) => nameCampaigns(deps, tenantId, campaignIds),
    })
  },
})
