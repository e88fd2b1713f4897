import type { Trx } from '@fanfare/kernel'
import type { Selectable } from 'kysely'
import type { FeedbackTable } from './tables/feedback.ts'
import type { AttemptTable, ResolutionTable } from './tables/messages.ts'
import type { DeliveryTables, HitTable } from './tables.ts'

/** What happened to one delivery besides what its row says, each in order of time. */
export interface History {
  readonly attempts: readonly Pick<Selectable<AttemptTable>, 'at' | 'number' | 'reply'>[]
  readonly resolutions: readonly Pick<Selectable<ResolutionTable>, 'at' | 'resolution' | 'actor' | 'note' | 'was'>[]
  readonly hits: readonly Pick<Selectable<HitTable>, 'at' | 'kind' | 'url' | 'machine'>[]
  readonly feedback: readonly Pick<Selectable<FeedbackTable>, 'at' | 'kind' | 'text'>[]
}

const mostHits = 500

export async function readHistory(trx: Trx<DeliveryTables>, tenantId: string, deliveryId: string): Promise<History> {
  const attempts = await trx
    .selectFrom('delivery.attempt')
    .select(['at', 'number', 'reply'])
    .where('tenant_id', '=', tenantId)
    .where('delivery_id', '=', deliveryId)
    .orderBy('at')
    .execute()
  const resolutions = await trx
    .selectFrom('delivery.resolution')
    .select(['at', 'resolution', 'actor', 'note', 'was'])
    .where('tenant_id', '=', tenantId)
    .where('delivery_id', '=', deliveryId)
    .orderBy('at')
    .execute()
  const hits = await trx
    .selectFrom('delivery.hit')
    .select(['at', 'kind', 'url', 'machine'])
    .where('tenant_id', '=', tenantId)
    .where('delivery_id', '=', deliveryId)
    .orderBy('at')
    .limit(mostHits)
    .execute()
  // Refusals at the hand-over are the delivery's own state.
  const feedback = await trx
    .selectFrom('delivery.feedback')
    .select(['at', 'kind', 'text'])
    .where('tenant_id', '=', tenantId)
    .where('delivery_id', '=', deliveryId)
    .where('source', '<>', 'smtp')
    .orderBy('at')
    .limit(mostHits)
    .execute()
  return { attempts, resolutions, hits, feedback }
}
