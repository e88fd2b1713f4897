import type { Ai } from '@fanfare/ai/contract'
import type { Audience } from '@fanfare/audience/contract'
import type { Content } from '@fanfare/content/contract'
import type { DeliveryEngine } from '@fanfare/delivery/contract'
import type { Identity } from '@fanfare/identity/contract'
import type { Clock, Database, Events, Ids, Jobs, Live, ShapeOf } from '@fanfare/kernel'
import type { Schema } from './store.ts'

/** Everything a use case of this service may work with; each names the part it takes. */
export interface Deps {
  db: Database<Schema>
  clock: Clock
  ids: Ids
  events: Events
  jobs: Jobs
  live: Live
  ai: ShapeOf<typeof Ai>
  identity: ShapeOf<typeof Identity>
  audience: ShapeOf<typeof Audience>
  content: ShapeOf<typeof Content>
  delivery: ShapeOf<typeof DeliveryEngine>
}
