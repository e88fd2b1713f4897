import type { Trx } from '@fanfare/kernel'
import { type Selectable, sql } from 'kysely'
import type { DeliveryTables, HitTable } from './tables.ts'

type T = Trx<DeliveryTables>
export type HitRow = Selectable<HitTable>

export async function listHitsOfContact(trx: T, tenantId: string, contactId: string) {
  return trx
    .selectFrom('delivery.hit')
    .select(['campaign_id', 'kind', 'url', 'machine', 'at'])
    .where('tenant_id', '=', tenantId)
    .where('contact_id', '=', contactId)
    .orderBy('at', 'desc')
    .limit(500)
    .execute()
}

export async function findDeliveriesById(trx: T, tenantId: string, ids: readonly string[]) {
  return trx
    .selectFrom('delivery.delivery')
    .select(['id', 'dispatch_id', 'lane', 'contact_id', 'variant_id', 'state', 'settled_at'])
    .where('tenant_id', '=', tenantId)
    .where(sql<boolean>`id = any(${sql.val(ids)}::uuid[])`)
    .execute()
}

/** One writer of a workspace's hits at a time: of two that hold clicks of one message, the later has to see the other's. */
export async function lockHits(trx: T, tenantId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`delivery.hit ${tenantId}`}, 0))`.execute(trx)
}

/** A hit as it was written; its `kind` is never that of leaving, which is not judged. */
export type EarlierHit = Omit<HitRow, 'tenant_id' | 'agent' | 'address_hash' | 'kind'> & {
  readonly kind: 'open' | 'click'
}

/** Whoever asks for one link thousands of times is a machine without a look at all of them. */
const mostBeside = 100

/**
 * Opens and clicks of these deliveries since a time, the newest of each: what tells a burst over all links from one
 * person's click. However often one link is asked for, it costs the others nothing.
 */
export async function listHitsSince(
  trx: T,
  tenantId: string,
  deliveryIds: readonly string[],
  since: Date,
): Promise<EarlierHit[]> {
  const { rows } = await sql<EarlierHit>`
    select hit.* from unnest(${sql.val(deliveryIds)}::uuid[]) as given (id) cross join lateral (
      select id, delivery_id, campaign_id, variant_id, contact_id, kind, link_id, url, machine, signs, at
      from delivery.hit
      where tenant_id = ${tenantId} and delivery_id = given.id and at >= ${since} and kind <> 'unsubscribe'
      order by at desc limit ${mostBeside}
    ) hit`.execute(trx)
  return rows
}

/** Writes what hits are judged to be by now. */
export async function correctHits(
  trx: T,
  tenantId: string,
  hits: readonly Pick<EarlierHit, 'id' | 'machine' | 'signs'>[],
): Promise<void> {
  const records = hits.map(({ id, machine, signs }) => ({ id, machine, signs }))
  await sql`
    update delivery.hit h set machine = given.machine, signs = given.signs
    from json_to_recordset(${JSON.stringify(records)}::json) as given (id uuid, machine real, signs text[])
    where h.tenant_id = ${tenantId} and h.id = given.id`.execute(trx)
}

/** Adds hits once each; returns the ids of those that are new. */
export async function insertHits(trx: T, hits: readonly HitRow[]): Promise<Set<string>> {
  const records = hits.map((hit) => ({ ...hit, at: hit.at.toISOString() }))
  const { rows } = await sql<{ id: string }>`
    insert into delivery.hit
      (tenant_id, id, delivery_id, campaign_id, variant_id, contact_id, kind, link_id, url, machine, signs, agent, address_hash, at)
    select tenant_id, id, delivery_id, campaign_id, variant_id, contact_id, kind, link_id, url, machine, signs, agent, address_hash, at
    from json_populate_recordset(null::delivery.hit, ${JSON.stringify(records)}::json)
    on conflict do nothing
    returning id`.execute(trx)
  return new Set(rows.map((row) => row.id))
}
