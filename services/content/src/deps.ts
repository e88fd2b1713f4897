import type { Audience } from '@fanfare/audience/contract'
import type { Identity } from '@fanfare/identity/contract'
import type { Clock, Database, Events, Ids, ShapeOf } from '@fanfare/kernel'
import type { CompileCache } from './compile-cache.ts'
import type { Schema } from './store.ts'

/** Everything a use case of this service may work with; each names the part it takes. */
export interface Deps {
  db: Database<Schema>
  clock: Clock
  ids: Ids
  events: Events
  audience: ShapeOf<typeof Audience>
  identity: ShapeOf<typeof Identity>
  compiled: CompileCache
}
