import type { Ai } from '@fanfare/ai/contract'
import type { Audience } from '@fanfare/audience/contract'
import type { Campaigns } from '@fanfare/campaigns/contract'
import type { Content } from '@fanfare/content/contract'
import type { DeliveryEngine } from '@fanfare/delivery/contract'
import type { Identity } from '@fanfare/identity/contract'
import type { Cache, Clock, Database, Ids, ShapeOf } from '@fanfare/kernel'
import type { ChangeFeed } from './change-feed.ts'
import type { Schema } from './store/schema.ts'

/** Everything a use case of this service may work with; each names the part it takes. */
export interface Deps {
  db: Database<Schema>
  clock: Clock
  ids: Ids
  changes: ChangeFeed
  cache: Cache
  ai: ShapeOf<typeof Ai>
  content: ShapeOf<typeof Content>
  identity: ShapeOf<typeof Identity>
  audience: ShapeOf<typeof Audience>
  campaigns: ShapeOf<typeof Campaigns>
  delivery: ShapeOf<typeof DeliveryEngine>
}
