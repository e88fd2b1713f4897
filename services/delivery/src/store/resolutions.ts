import type { Trx } from '@fanfare/kernel'
import { sql } from 'kysely'
import type { Lane, Resolution } from '../contract.ts'
import type { SettledRow } from './ledger.ts'
import type { DeliveryTables, DispatchRef } from './tables.ts'

type T = Trx<DeliveryTables>

/** Batches that hold some of these deliveries, if they are unknown; locked. */
export async function lockBatchesOf(trx: T, tenantId: string, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from delivery.batch
    where tenant_id = ${tenantId} and unknown > 0 and id in (
      select batch_id from delivery.delivery
      where tenant_id = ${tenantId} and id = any(${[...ids]}::uuid[]) and state = 'unknown'
    )
    order by id for update`.execute(trx)
  return rows.map(({ id }) => id)
}

/** Some batches of a dispatch that have unknown deliveries, in order; locked. */
export async function lockUnknownBatches(
  trx: T,
  { tenantId, dispatchId }: DispatchRef,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from delivery.batch
    where tenant_id = ${tenantId} and dispatch_id = ${dispatchId} and unknown > 0
      ${after === undefined ? sql`` : sql`and id > ${after}`}
    order by id limit ${limit} for update`.execute(trx)
  return rows.map(({ id }) => id)
}

export interface ResolvedRow extends SettledRow {
  readonly dispatch_id: string
  readonly lane: Lane
}

/**
 * Resolves what is unknown in batches that the caller holds: rows, counters and the note of who decided change in one
 * statement. Those to be sent again begin anew, unless their dispatch was cancelled; a batch that a worker has keeps its
 * lease and is due again when it is given back.
 */
export async function resolveUnknown(
  trx: T,
  tenantId: string,
  {
    batchIds,
    ids,
    as,
    actor,
    note,
  }: {
    readonly batchIds: readonly string[]
    /** Only these; all when undefined. */
    readonly ids: readonly string[] | undefined
    readonly as: Resolution
    readonly actor: string
    readonly note: string
  },
): Promise<ResolvedRow[]> {
  const state = as === 'resend' ? 'queued' : as
  const reason = as === 'resend' ? null : note === '' ? 'Resolved by an operator' : note
  const resend = as === 'resend'
  const { rows } = await sql<ResolvedRow>`
    with picked as (
      select d.id, d.reason as was from delivery.delivery d
        join delivery.dispatch p on p.tenant_id = d.tenant_id and p.id = d.dispatch_id
      where d.tenant_id = ${tenantId} and d.batch_id = any(${[...batchIds]}::uuid[]) and d.state = 'unknown'
        and (not ${resend}::boolean or p.state <> 'cancelled')
        ${ids === undefined ? sql`` : sql`and d.id = any(${[...ids]}::uuid[])`}
    ), changed as (
      update delivery.delivery d set
        state = ${state}, reason = ${reason}::text,
        settled_at = case when not ${resend}::boolean then now() end,
        attempts = case when ${resend}::boolean then 0 else d.attempts end
      from picked where d.tenant_id = ${tenantId} and d.id = picked.id
      returning d.id, d.batch_id, d.dispatch_id, d.lane, d.contact_id, d.variant_id, d.state, picked.was
    ), counted as (
      update delivery.batch b set
        unknown = b.unknown - sum.count,
        ${sql.ref(state)} = b.${sql.ref(state)} + sum.count,
        due_at = case
          when ${resend}::boolean and b.fence is null and p.state in ('running', 'finished') then now()
          else b.due_at end
      from (select batch_id, count(*)::int as count from changed group by batch_id) sum, delivery.dispatch p
      where b.tenant_id = ${tenantId} and b.id = sum.batch_id and p.tenant_id = b.tenant_id and p.id = b.dispatch_id
    ), noted as (
      insert into delivery.resolution (tenant_id, delivery_id, resolution, actor, note, was)
      select ${tenantId}, id, ${as}, ${actor}, ${note}, coalesce(was, '') from changed
    )
    select id, dispatch_id, lane, contact_id, variant_id, state from changed`.execute(trx)
  return rows
}

/** A finished dispatch of which something is to be sent again goes on. */
export async function reopenDispatches(trx: T, tenantId: string, dispatchIds: readonly string[]): Promise<void> {
  await sql`
    update delivery.dispatch d set state = 'running', finished_at = null
    where tenant_id = ${tenantId} and id = any(${[...dispatchIds]}::uuid[]) and state = 'finished' and exists (
      select from delivery.batch b
      where b.tenant_id = d.tenant_id and b.dispatch_id = d.id and b.queued + b.deferred > 0
    )`.execute(trx)
}
