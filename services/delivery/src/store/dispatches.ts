import type { Trx } from '@fanfare/kernel'
import { type Selectable, sql } from 'kysely'
import type {
  DeliveryTables,
  DispatchRef,
  DispatchState,
  DispatchTable,
  DispatchVariantTable,
  LinkTable,
} from './tables.ts'

type T = Trx<DeliveryTables>
export type DispatchRow = Selectable<DispatchTable>

export async function findDispatch(trx: T, { tenantId, campaignId }: DispatchRef): Promise<DispatchRow | undefined> {
  return trx
    .selectFrom('delivery.dispatch')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('campaign_id', '=', campaignId)
    .executeTakeFirst()
}

/** False when the campaign has its dispatch already. */
export async function insertDispatch(trx: T, ref: DispatchRef, senderId: string, name: string): Promise<boolean> {
  const inserted = await trx
    .insertInto('delivery.dispatch')
    .values({ tenant_id: ref.tenantId, campaign_id: ref.campaignId, sender_id: senderId, name })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}

export async function insertVariants(trx: T, variants: readonly DispatchVariantTable[]): Promise<void> {
  await trx
    .insertInto('delivery.dispatch_variant')
    .values([...variants])
    .execute()
}

export async function listVariants(trx: T, { tenantId, campaignId }: DispatchRef): Promise<DispatchVariantTable[]> {
  return trx
    .selectFrom('delivery.dispatch_variant')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('campaign_id', '=', campaignId)
    .execute()
}

export async function insertLinks(trx: T, links: readonly LinkTable[]): Promise<void> {
  if (links.length === 0) return
  await trx
    .insertInto('delivery.link')
    .values([...links])
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function findLink(trx: T, tenantId: string, linkId: string): Promise<string | undefined> {
  const link = await trx
    .selectFrom('delivery.link')
    .select('url')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', linkId)
    .executeTakeFirst()
  return link?.url
}

/** Changes the state when it is one of `from`; false when it is another. */
export async function moveDispatch(trx: T, ref: DispatchRef, from: readonly DispatchState[], to: DispatchState) {
  const moved = await trx
    .updateTable('delivery.dispatch')
    .set({ state: to })
    .where('tenant_id', '=', ref.tenantId)
    .where('campaign_id', '=', ref.campaignId)
    .where('state', 'in', from)
    .executeTakeFirst()
  return moved.numUpdatedRows === 1n
}

/** Counts one more failed connection and returns how many there were in a row. */
export async function noteTrouble(trx: T, ref: DispatchRef, trouble: string): Promise<number> {
  const { trouble_count } = await trx
    .updateTable('delivery.dispatch')
    .set({ trouble, trouble_count: sql<number>`trouble_count + 1` })
    .where('tenant_id', '=', ref.tenantId)
    .where('campaign_id', '=', ref.campaignId)
    .returning('trouble_count')
    .executeTakeFirstOrThrow()
  return trouble_count
}

export async function clearTrouble(trx: T, ref: DispatchRef): Promise<void> {
  await trx
    .updateTable('delivery.dispatch')
    .set({ trouble: null, trouble_count: 0 })
    .where('tenant_id', '=', ref.tenantId)
    .where('campaign_id', '=', ref.campaignId)
    .where('trouble_count', '>', 0)
    .execute()
}

/** Closes a dispatch of which nothing is pending. Returns its state when this call closed it. */
export async function finishDispatch(trx: T, ref: DispatchRef): Promise<DispatchState | undefined> {
  const { rows } = await sql<{ state: DispatchState }>`
    update delivery.dispatch
    set state = case when state = 'running' then 'finished' else state end, finished_at = now()
    where tenant_id = ${ref.tenantId} and campaign_id = ${ref.campaignId}
      and state in ('running', 'cancelled') and finished_at is null
      and not exists (
        select 1 from delivery.delivery
        where tenant_id = ${ref.tenantId} and campaign_id = ${ref.campaignId}
          and state in ('queued', 'deferred', 'claimed', 'attempting')
      )
    returning state`.execute(trx)
  return rows[0]?.state
}

/** Dispatches of all workspaces that may have work; the only question asked across tenants (policy `dispatch_sweep`). */
export async function listOpenDispatches(trx: T): Promise<DispatchRef[]> {
  await sql`select set_config('app.delivery_sweep', 'on', true)`.execute(trx)
  const rows = await trx
    .selectFrom('delivery.dispatch')
    .select(['tenant_id', 'campaign_id'])
    .where('state', 'in', ['running', 'cancelled'])
    .where('finished_at', 'is', null)
    .execute()
  await sql`select set_config('app.delivery_sweep', '', true)`.execute(trx)
  return rows.map((row) => ({ tenantId: row.tenant_id, campaignId: row.campaign_id }))
}
