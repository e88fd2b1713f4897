import type { Audience } from '@fanfare/audience/contract'
import type { Content } from '@fanfare/content/contract'
import type { Identity } from '@fanfare/identity/contract'
import type { Clock, Database, Egress, Events, Http, Ids, Jobs, Keys, Live, Logger, ShapeOf } from '@fanfare/kernel'
import type { DeliveryConfig } from './config.ts'
import type { Signers } from './dkim/signers.ts'
import type { Resolver } from './dns/resolver.ts'
import type { Engine } from './engine/engine.ts'
import type { Progress } from './progress.ts'
import type { SandboxServer } from './sandbox/server.ts'
import type { DeliveryTables } from './store/tables.ts'
import type { HitBuffer } from './tracking/hits.ts'
import type { Subscribers } from './webhooks/subscribers.ts'
import type { WebhookWorker } from './webhooks/worker.ts'

/** What the use cases of this service are made of; each takes the part it uses. */
export interface Deps {
  readonly db: Database<DeliveryTables>
  readonly events: Events
  readonly jobs: Jobs
  readonly live: Live
  readonly keys: Keys
  readonly http: Pick<Http, 'publicUrl'>
  readonly egress: Egress
  readonly audience: ShapeOf<typeof Audience>
  readonly content: ShapeOf<typeof Content>
  readonly identity: ShapeOf<typeof Identity>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Logger
  readonly config: DeliveryConfig
  readonly sandbox: Pick<SandboxServer, 'host' | 'port' | 'password'>
  readonly progress: Progress
  readonly engine: Engine
  readonly hits: HitBuffer
  readonly subscribers: Subscribers
  readonly webhookWorker: Pick<WebhookWorker, 'wake'>
  readonly resolver: Resolver
  readonly signers: Signers
}
