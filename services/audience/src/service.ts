import { Identity } from '@fanfare/identity/contract'
import { Db, defineService, Events, Http, Jobs, Live } from '@fanfare/kernel'
import * as contact from '../migrations/001-contact.ts'
import * as erasure from '../migrations/002-erasure.ts'
import { Config } from './config.ts'
import { Audience } from './contract.ts'
import type { Deps } from './deps.ts'
import { runImport } from './imports/run.ts'
import { RunImport } from './jobs.ts'
import { audienceOperations } from './operations.ts'
import { contactRoutes } from './routes/contacts.ts'
import { importRoutes } from './routes/imports.ts'
import { listRoutes } from './routes/lists.ts'
import { segmentRoutes } from './routes/segments.ts'
import { suppressionRoutes } from './routes/suppressions.ts'
import type { Schema } from './store/tables.ts'

export const audience = defineService({
  provides: Audience,
  needs: { identity: Identity, db: Db, http: Http, events: Events, jobs: Jobs, live: Live },
  config: Config,
  migrations: [contact, erasure],
  start({ identity, db, http, events, jobs, live }, { config, clock, ids }) {
    const deps: Deps = { db: db.as<Schema>(), clock, ids, identity, events, jobs, live, config }

    live.topic('import', 'contacts.read')
    live.topic('contacts', 'contacts.read')
    http.mount('audience', [
      ...contactRoutes(deps),
      ...listRoutes(deps),
      ...segmentRoutes(deps),
      ...importRoutes(deps),
      ...suppressionRoutes(deps),
    ])
    // Two, so that one workspace's long import does not keep the others waiting.
    const concurrency = 2
    jobs.work(
      RunImport,
      async ({ importId }, run) => {
        if (run.tenantId !== undefined) await runImport(deps, run.tenantId, importId, run)
      },
      { concurrency },
    )

    return audienceOperations(deps)
  },
})
