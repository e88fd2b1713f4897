import { decodeCursor, encodeCursor, type PageQuery } from '@fanfare/kernel'
import { z } from 'zod'
import type { Delivery, DeliveryState } from './contract.ts'
import type { Deps } from './deps.ts'
import { encodeTag } from './message/tag.ts'
import { listHitsOfContact } from './store/hits.ts'
import { campaignIdOf, type LedgerEntry, listDeliveriesOfContact, pageDeliveries, variantIdOf } from './store/ledger.ts'
import type { DispatchRef } from './store/tables.ts'

export interface DeliveryQuery extends PageQuery {
  readonly state?: DeliveryState | undefined
  readonly search?: string | undefined
}

/** A campaign's deliveries, a page at a time. A campaign that has none, or is not this workspace's, has an empty page. */
export async function listDeliveries(deps: Pick<Deps, 'db' | 'keys'>, ref: DispatchRef, query: DeliveryQuery) {
  const [after] = decodeCursor(query.cursor, z.tuple([z.uuid()])) ?? []
  const rows = await deps.db.withTenant(ref.tenantId, (trx) =>
    pageDeliveries(trx, ref, { state: query.state, search: query.search, after, limit: query.limit + 1 }),
  )
  const page = rows.slice(0, query.limit)
  const last = page.at(-1)
  return {
    rows: page.map((row) => presentDelivery(deps, row)),
    nextCursor: rows.length > page.length && last ? encodeCursor([last.id]) : null,
  }
}

export async function listContactDeliveries(deps: Pick<Deps, 'db' | 'keys'>, tenantId: string, contactId: string) {
  const rows = await deps.db.withTenant(tenantId, (trx) => listDeliveriesOfContact(trx, tenantId, contactId))
  return rows.map((row) => presentDelivery(deps, row))
}

export async function listContactHits({ db }: Pick<Deps, 'db'>, tenantId: string, contactId: string) {
  const rows = await db.withTenant(tenantId, (trx) => listHitsOfContact(trx, tenantId, contactId))
  return rows.map((row) => ({
    campaignId: row.campaign_id,
    kind: row.kind,
    url: row.url,
    machine: row.machine,
    at: row.at.toISOString(),
  }))
}

export function presentDelivery({ keys }: Pick<Deps, 'keys'>, row: LedgerEntry): Delivery {
  return {
    id: row.id,
    campaignId: campaignIdOf(row),
    contactId: row.contact_id,
    email: row.email,
    variantId: variantIdOf(row),
    state: row.shown,
    reason: row.reason,
    attempts: row.attempts,
    tag: encodeTag(keys, { tenantId: row.tenant_id, deliveryId: row.id }),
    queuedAt: row.queued_at.toISOString(),
    settledAt: row.settled_at?.toISOString() ?? null,
  }
}
