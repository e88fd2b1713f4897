import type { Deps } from '../deps.ts'
import { type HitRow, insertHits } from '../store/hits.ts'
import { publishEngaged } from './hits.ts'

/** A delivery that somebody left by. */
export interface Leave {
  readonly delivery_id: string
  readonly campaign_id: string | null
  readonly variant_id: string | null
  readonly contact_id: string | null
  readonly at: Date
}

/** Counts people who left as hits of the campaigns that led to it: once a delivery, whatever way they took. */
export async function recordLeaves(
  { db, events, ids }: Pick<Deps, 'db' | 'events' | 'ids'>,
  tenantId: string,
  leaves: readonly Leave[],
): Promise<void> {
  const hits = leaves.map(
    ({ delivery_id, campaign_id, variant_id, contact_id, at }): HitRow => ({
      tenant_id: tenantId,
      id: ids.next(),
      delivery_id,
      campaign_id,
      variant_id,
      contact_id,
      kind: 'unsubscribe',
      link_id: null,
      url: null,
      // It takes a POST or a message, which scanners do not send.
      machine: 0,
      signs: [],
      agent: '',
      address_hash: '',
      at,
    }),
  )
  await db.withTenant(tenantId, async (trx) => {
    const added = await insertHits(trx, hits)
    await publishEngaged(
      events,
      hits.filter(({ id }) => added.has(id)),
    )
  })
}
