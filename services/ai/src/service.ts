import { Identity } from '@fanfare/identity/contract'
import { Db, defineService, Egress, Events, Http, implement, Jobs, Live } from '@fanfare/kernel'
import * as crew from '../migrations/001-crew.ts'
import { getBrand } from './brand.ts'
import { Config } from './config.ts'
import { Ai } from './contract.ts'
import { runCrew } from './crew/run-crew.ts'
import { RunCrew } from './jobs.ts'
import { listModels } from './models.ts'
import { aiRoutes } from './routes.ts'
import { getRun, startRun, sumCost } from './runs.ts'
import type { Schema } from './store/schema.ts'
import { createRouter, type Router } from './writers/router.ts'

/** Crews wait on models, not on this machine: several can work side by side. */
const crewsAtOnce = 4

/** @param options.router who writes; for tests of what the crew does around a writer */
export function createAi(options: { router?: Router } = {}) {
  return defineService({
    provides: Ai,
    needs: { identity: Identity, db: Db, http: Http, events: Events, jobs: Jobs, live: Live, egress: Egress },
    config: Config,
    migrations: [crew],
    start({ identity, db, http, events, jobs, live, egress }, { config, clock, ids, log }) {
      const fetch = egress.asFetch({ trust: 'operator', timeoutMs: config.answerTimeoutMs })
      const router = options.router ?? createRouter(config, fetch)
      const deps = { db: db.as<Schema>(), clock, ids, identity, events, jobs, live, log, router }
      live.topic('crew-run', 'ai.read')
      http.mount('ai', aiRoutes(deps, listModels(config)))
      jobs.work(RunCrew, ({ runId }, run) => runCrew(deps, { tenantId: run.tenantId as string, runId }, run), {
        concurrency: crewsAtOnce,
      })
      return implement(Ai, {
        startRun: ({ tenantId, brief }) => startRun(deps, tenantId, brief),
        getRun: ({ tenantId, runId }) => getRun(deps, { tenantId, runId }),
        getUsage: async ({ tenantId, since }) => ({ usd: await sumCost(deps, tenantId, new Date(since)) }),
        getBrand: ({ tenantId }) => getBrand(deps, tenantId),
      })
    },
  })
}

export const ai = createAi()
