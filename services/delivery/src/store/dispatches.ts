import type { Trx } from '@fanfare/kernel'
import { type Selectable, type SqlBool, sql } from 'kysely'
import type { Lane } from '../contract.ts'
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

export async function findDispatch(trx: T, ref: DispatchRef): Promise<DispatchRow | undefined> {
  return selectDispatch(trx, ref).executeTakeFirst()
}

/** The same, with its state held as it is until the transaction ends. */
export async function holdDispatch(trx: T, ref: DispatchRef): Promise<DispatchRow | undefined> {
  return selectDispatch(trx, ref).forShare().executeTakeFirst()
}

function selectDispatch(trx: T, { tenantId, dispatchId }: DispatchRef) {
  return trx.selectFrom('delivery.dispatch').selectAll().where('tenant_id', '=', tenantId).where('id', '=', dispatchId)
}

/** States of several dispatches of a workspace; while it is halted, as if none was there. */
export async function listDispatchStates(trx: T, tenantId: string, dispatchIds: readonly string[]) {
  return trx
    .selectFrom('delivery.dispatch')
    .select(['id', 'state'])
    .where('tenant_id', '=', tenantId)
    .where('id', 'in', dispatchIds)
    .where(sql<SqlBool>`not exists (select from delivery.workspace_halt where tenant_id = ${tenantId} and halted)`)
    .execute()
}

/** False when it is there already. */
export async function insertDispatch(
  trx: T,
  { tenantId, dispatchId }: DispatchRef,
  dispatch: { readonly senderId: string; readonly name: string; readonly lane: Lane; readonly state?: DispatchState },
): Promise<boolean> {
  const { senderId, name, lane, state = 'preparing' } = dispatch
  const inserted = await trx
    .insertInto('delivery.dispatch')
    .values({ tenant_id: tenantId, id: dispatchId, sender_id: senderId, name, lane, state })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}

/** Of what a sender sends by the API. */
export async function findTransactionalDispatch(
  trx: T,
  tenantId: string,
  senderId: string,
): Promise<string | undefined> {
  const dispatch = await trx
    .selectFrom('delivery.dispatch')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('sender_id', '=', senderId)
    .where('lane', '=', 'transactional')
    .executeTakeFirst()
  return dispatch?.id
}

export async function insertVariants(trx: T, variants: readonly DispatchVariantTable[]): Promise<void> {
  await trx
    .insertInto('delivery.dispatch_variant')
    .values([...variants])
    .execute()
}

export async function listVariants(trx: T, { tenantId, dispatchId }: DispatchRef): Promise<DispatchVariantTable[]> {
  return trx
    .selectFrom('delivery.dispatch_variant')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('dispatch_id', '=', dispatchId)
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
    .where('id', '=', ref.dispatchId)
    .where('state', 'in', from)
    .executeTakeFirst()
  return moved.numUpdatedRows === 1n
}

/** Everybody is in it; returns its state, undefined when there is no such dispatch. */
export async function completeDispatch(trx: T, { tenantId, dispatchId }: DispatchRef) {
  const completed = await trx
    .updateTable('delivery.dispatch')
    .set({ complete: true })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', dispatchId)
    .returning('state')
    .executeTakeFirst()
  return completed?.state
}

/** Counts one more failed connection and returns how many there were in a row. */
export async function noteTrouble(trx: T, ref: DispatchRef, trouble: string): Promise<number> {
  const noted = await trx
    .updateTable('delivery.dispatch')
    .set({ trouble, trouble_count: sql<number>`trouble_count + 1` })
    .where('tenant_id', '=', ref.tenantId)
    .where('id', '=', ref.dispatchId)
    .returning('trouble_count')
    .executeTakeFirstOrThrow()
  return noted.trouble_count
}

export async function clearTrouble(trx: T, ref: DispatchRef): Promise<void> {
  await trx
    .updateTable('delivery.dispatch')
    .set({ trouble: null, trouble_count: 0 })
    .where('tenant_id', '=', ref.tenantId)
    .where('id', '=', ref.dispatchId)
    .where('trouble_count', '>', 0)
    .execute()
}

/**
 * Closes a dispatch of which nothing is pending and to which nobody else comes. Returns its state when this call closed it.
 * What a sender sends by the API never closes.
 */
export async function finishDispatch(trx: T, ref: DispatchRef): Promise<DispatchState | undefined> {
  const { rows } = await sql<{ state: DispatchState }>`
    update delivery.dispatch
    set state = case when state = 'running' then 'finished' else state end, finished_at = now()
    where tenant_id = ${ref.tenantId} and id = ${ref.dispatchId}
      and ((state = 'running' and complete) or state = 'cancelled') and finished_at is null and lane <> 'transactional'
      and not exists (
        select 1 from delivery.batch
        where tenant_id = ${ref.tenantId} and dispatch_id = ${ref.dispatchId} and queued + deferred > 0
      )
    returning state`.execute(trx)
  return rows[0]?.state
}

/** Stops a running dispatch that nothing has stopped before; false when it does not run or somebody has decided to go on. */
export async function haltDispatch(trx: T, ref: DispatchRef, reason: string): Promise<boolean> {
  const halted = await trx
    .updateTable('delivery.dispatch')
    .set({ state: 'paused', halted: reason })
    .where('tenant_id', '=', ref.tenantId)
    .where('id', '=', ref.dispatchId)
    .where('state', '=', 'running')
    .where('halted', 'is', null)
    .executeTakeFirst()
  return halted.numUpdatedRows > 0n
}

export async function noteReconciled(trx: T, ref: DispatchRef, difference: number): Promise<void> {
  await trx
    .updateTable('delivery.dispatch')
    .set({ reconciled_at: sql`now()`, difference })
    .where('tenant_id', '=', ref.tenantId)
    .where('id', '=', ref.dispatchId)
    .execute()
}

/** Dispatches of all workspaces that may have work (policy `dispatch_sweep`). */
export async function listOpenDispatches(trx: T): Promise<DispatchRef[]> {
  await sql`select set_config('app.delivery_sweep', 'on', true)`.execute(trx)
  const rows = await trx
    .selectFrom('delivery.dispatch')
    .select(['tenant_id', 'id'])
    .where('state', 'in', ['running', 'cancelled'])
    .where('finished_at', 'is', null)
    .where('lane', '<>', 'transactional')
    .execute()
  await sql`select set_config('app.delivery_sweep', '', true)`.execute(trx)
  return rows.map((row) => ({ tenantId: row.tenant_id, dispatchId: row.id }))
}
