import type { Trx } from '@fanfare/kernel'
import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Accounting, DeliveryState, Standing } from '../contract.ts'
import { findDispatch } from './dispatches.ts'
import type { DeliveryTables, DispatchRef, LedgerTable } from './tables.ts'

type T = Trx<DeliveryTables>
export type LedgerRow = Selectable<LedgerTable>

export interface NewDelivery {
  readonly id: string
  readonly contactId: string
  readonly email: string
  readonly variantId: string | null
}

/** Adds a page of the audience; who is there already stays as they are. Returns how many are new. */
export async function insertDeliveries(trx: T, { tenantId, campaignId }: DispatchRef, rows: readonly NewDelivery[]) {
  const inserted = await sql`
    insert into delivery.delivery (tenant_id, id, campaign_id, contact_id, email, variant_id, state, next_at, settled_at)
    select ${tenantId}::uuid, r.id, ${campaignId}::uuid, r."contactId", r.email, r."variantId",
      case when r."variantId" is null then 'held' else 'queued' end,
      case when r."variantId" is null then null else now() end,
      case when r."variantId" is null then now() end
    from json_to_recordset(${JSON.stringify(rows)}::json) as r(id uuid, "contactId" uuid, email text, "variantId" uuid)
    on conflict (tenant_id, campaign_id, contact_id) do nothing`.execute(trx)
  return Number(inserted.numAffectedRows ?? 0)
}

/** What each state counts as. Cancelled recipients are suppressed by the operator. */
const columnOf = {
  queued: 'pending',
  claimed: 'pending',
  attempting: 'pending',
  deferred: 'pending',
  accepted: 'sent',
  failed: 'failed',
  suppressed: 'suppressed',
  cancelled: 'suppressed',
  unknown: 'unknown',
  held: 'held',
} as const satisfies Record<DeliveryState, keyof Accounting>

/** One statement is one snapshot, so the identity holds at every moment, also in the middle of a send. */
export async function countByCampaign(trx: T, tenantId: string, campaignIds: readonly string[]) {
  const { rows } = await sql<{ campaign_id: string; state: DeliveryState; count: number }>`
    select d.campaign_id, l.state, coalesce(l.count, 0)::int as count
    from delivery.dispatch d
    left join lateral (
      select state, count(*) as count from delivery.delivery
      where tenant_id = d.tenant_id and campaign_id = d.campaign_id group by state
    ) l on true
    where d.tenant_id = ${tenantId} and d.campaign_id = any(${sql.val(campaignIds)}::uuid[])`.execute(trx)
  const byCampaign = new Map<string, Accounting>()
  for (const { campaign_id, state, count } of rows) {
    const accounting = byCampaign.get(campaign_id) ?? emptyAccounting()
    byCampaign.set(campaign_id, accounting)
    if (state === null) continue
    accounting[columnOf[state]] += count
    if (state !== 'held') accounting.audience += count
  }
  return byCampaign
}

/** Trouble of a dispatch that is not running any more, or not now, keeps nobody waiting. */
export async function findStanding(trx: T, ref: DispatchRef): Promise<Standing | undefined> {
  const dispatch = await findDispatch(trx, ref)
  const accounting = (await countByCampaign(trx, ref.tenantId, [ref.campaignId])).get(ref.campaignId)
  if (dispatch === undefined || accounting === undefined) return undefined
  const reason = dispatch.state === 'running' ? dispatch.trouble : null
  return { ...accounting, trouble: reason === null ? null : `The mail server cannot be used: ${reason}` }
}

export function emptyAccounting(): Accounting {
  return { audience: 0, sent: 0, failed: 0, suppressed: 0, pending: 0, unknown: 0, held: 0 }
}

export interface DeliveryFilter {
  readonly state?: DeliveryState | undefined
  readonly search?: string | undefined
  readonly after?: string | undefined
  readonly limit: number
}

export async function pageDeliveries(trx: T, { tenantId, campaignId }: DispatchRef, filter: DeliveryFilter) {
  let query = trx
    .selectFrom('delivery.delivery')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('campaign_id', '=', campaignId)
  if (filter.state) query = query.where('state', '=', filter.state)
  if (filter.search) query = query.where(sql<boolean>`position(lower(${filter.search}) in lower(email)) > 0`)
  if (filter.after) query = query.where('id', '>', filter.after)
  return query.orderBy('id').limit(filter.limit).execute()
}

export async function listDeliveriesOfContact(trx: T, tenantId: string, contactId: string): Promise<LedgerRow[]> {
  return trx
    .selectFrom('delivery.delivery')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('contact_id', '=', contactId)
    .orderBy('id', 'desc')
    .limit(200)
    .execute()
}

export async function findDelivery(trx: T, tenantId: string, deliveryId: string) {
  return trx
    .selectFrom('delivery.delivery')
    .select(['id', 'campaign_id', 'contact_id', 'variant_id', 'settled_at'])
    .where('tenant_id', '=', tenantId)
    .where('id', '=', deliveryId)
    .executeTakeFirst()
}

/** Cancels up to `limit` of what is not on the wire. A claimed row loses its fence, so its worker finds nothing to send. */
export async function cancelPending(trx: T, { tenantId, campaignId }: DispatchRef, limit: number) {
  const { rows } = await sql<SettledRow>`
    with pending as (
      select id from delivery.delivery
      where tenant_id = ${tenantId} and campaign_id = ${campaignId} and state in ('queued', 'deferred', 'claimed')
      limit ${limit} for update
    )
    update delivery.delivery d
    set state = 'cancelled', reason = 'Cancelled before it was sent', settled_at = now(),
      next_at = null, fence = null, lease_until = null
    from pending where d.tenant_id = ${tenantId} and d.id = pending.id
    returning d.id, d.contact_id, d.variant_id, d.state, d.settled_at`.execute(trx)
  return rows
}

export type SettledRow = Pick<LedgerRow, 'id' | 'contact_id' | 'variant_id' | 'state' | 'settled_at'>
