import { Ai } from '@fanfare/ai/contract'
import { Audience } from '@fanfare/audience/contract'
import { Campaigns } from '@fanfare/campaigns/contract'
import { Content } from '@fanfare/content/contract'
import { DeliveryEngine } from '@fanfare/delivery/contract'
import { Identity } from '@fanfare/identity/contract'
import { Cache, Db, defineService, Events, Http, implement, Live } from '@fanfare/kernel'
import * as rollup from '../migrations/001-rollup.ts'
import * as rejudged from '../migrations/002-rejudged.ts'
import { createChangeFeed } from './change-feed.ts'
import { Analytics } from './contract.ts'
import { subscribe } from './events.ts'
import { getReport } from './reports.ts'
import { analyticsRoutes } from './routes.ts'
import type { Schema } from './store/schema.ts'

export const analytics = defineService({
  provides: Analytics,
  needs: {
    db: Db,
    http: Http,
    events: Events,
    live: Live,
    ai: Ai,
    audience: Audience,
    cache: Cache,
    content: Content,
    identity: Identity,
    campaigns: Campaigns,
    delivery: DeliveryEngine,
  },
  migrations: [rollup, rejudged],
  start({ http, live, events, ...needs }, { clock, ids, log, defer }) {
    const db = needs.db.as<Schema>()
    const changes = createChangeFeed({ db, live, log })
    defer(() => changes[Symbol.dispose]())
    const deps = { ...needs, db, clock, ids, changes }

    live.topic('report', 'analytics.read')
    live.topic('home', 'analytics.read')
    http.mount('analytics', analyticsRoutes(deps))
    subscribe({ ...deps, events })

    return implement(Analytics, { getReport: (key) => getReport(deps, key) })
  },
})
