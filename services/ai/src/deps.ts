import type { Identity } from '@fanfare/identity/contract'
import type { Clock, Database, Events, Ids, Jobs, Live, Logger, ShapeOf } from '@fanfare/kernel'
import type { Schema } from './store/schema.ts'
import type { Router } from './writers/router.ts'

/** Everything a use case of this service may work with; each names the part it takes. */
export interface Deps {
  db: Database<Schema>
  clock: Clock
  ids: Ids
  identity: ShapeOf<typeof Identity>
  events: Events
  jobs: Jobs
  live: Live
  log: Logger
  router: Router
}
