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

/** Clicks on these deliveries since a time: what tells a burst over all links from one person's click. */
export async function listClicksSince(trx: T, tenantId: string, deliveryIds: readonly string[], since: Date) {
  return trx
    .selectFrom('delivery.hit')
    .select(['delivery_id', 'link_id', 'at'])
    .where('tenant_id', '=', tenantId)
    .where(sql<boolean>`delivery_id = any(${sql.val(deliveryIds)}::uuid[])`)
    .where('kind', '=', 'click')
    .where('at', '>=', since)
    .execute()
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
