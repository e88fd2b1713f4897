import type { Identity } from '@fanfare/identity/contract'
import type { Clock, Database, Events, Ids, Jobs, Live, ShapeOf, WorkspaceCaller } from '@fanfare/kernel'
import type { Config } from './config.ts'
import type { Schema } from './store/tables.ts'

/** What use cases of this service may use. */
export interface Deps {
  readonly db: Database<Schema>
  readonly clock: Clock
  readonly ids: Ids
  readonly identity: ShapeOf<typeof Identity>
  readonly events: Events
  readonly jobs: Jobs
  readonly live: Live
  readonly config: Config
}

/** In whose workspace, and on whose account, something changes; `source` goes into the ledger of consent. */
export interface Actor {
  readonly tenantId: string
  readonly source: string
}

export function actorOf(caller: WorkspaceCaller): Actor {
  const source = caller.userId === undefined ? `key:${caller.keyId}` : `user:${caller.userId}`
  return { tenantId: caller.tenantId, source }
}
