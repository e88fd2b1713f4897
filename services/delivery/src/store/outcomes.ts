import { prepared, type Trx } from '@fanfare/kernel'
import { sql } from 'kysely'
import type { DeliveryTables, StoredState } from './tables.ts'

type T = Trx<DeliveryTables>
export type PendingState = Extract<StoredState, 'queued' | 'deferred'>

/** What a delivery becomes. */
export interface Change {
  readonly id: string
  readonly from: PendingState
  readonly to: Exclude<StoredState, 'queued' | 'held'>
  readonly reason: string | null
  /** Until a deferred one is due again. */
  readonly delayMs: number | null
  readonly attempts: number
}

/**
 * Writes what became of deliveries of one batch, and counts it in the batch, in one statement. The caller holds the batch.
 * A delivery that is not pending any more stays as it is and is not counted, so the same set may come twice.
 *
 * @param attempting places that are still on the wire; undefined leaves them
 * @returns the ids that changed
 */
export async function writeChanges(
  trx: T,
  { tenantId, batchId }: { readonly tenantId: string; readonly batchId: string },
  changes: readonly Change[],
  attempting?: readonly number[],
): Promise<string[]> {
  // What was said at a try that is not the last stands nowhere else.
  const noted = changes.some(({ to }) => to === 'deferred')
    ? sql`, noted as (
        insert into delivery.attempt (tenant_id, delivery_id, number, reply)
        select ${tenantId}, changed.id, given.attempts, given.reason
        from changed join given on given.id = changed.id where changed.state = 'deferred'
        on conflict do nothing
      )`
    : sql``
  const { rows } = await sql<{ ids: string[] | null }>`
    with given as (
      select * from unnest(
        ${changes.map((change) => change.id)}::uuid[], ${changes.map((change) => change.from)}::text[],
        ${changes.map((change) => change.to)}::text[], ${changes.map((change) => change.reason)}::text[],
        ${changes.map((change) => change.delayMs)}::float8[], ${changes.map((change) => change.attempts)}::smallint[]
      ) as given (id, was, state, reason, delay_ms, attempts)
    ), changed as (
      update delivery.delivery d
      set state = given.state, reason = given.reason, attempts = given.attempts,
        next_at = now() + make_interval(secs => given.delay_ms / 1000),
        settled_at = case when given.state <> 'deferred' then now() end
      from given
      where d.tenant_id = ${tenantId} and d.id = given.id and d.batch_id = ${batchId} and d.state in ('queued', 'deferred')
      returning d.id, given.was, given.state
    ), counted as (
      update delivery.batch b set
        queued = b.queued - sum.from_queued,
        deferred = b.deferred - sum.from_deferred + sum.deferred,
        accepted = b.accepted + sum.accepted, failed = b.failed + sum.failed,
        suppressed = b.suppressed + sum.suppressed, unknown = b.unknown + sum.unknown,
        cancelled = b.cancelled + sum.cancelled
        ${attempting === undefined ? sql`` : sql`, attempting = ${[...attempting]}::smallint[]`}
      from (
        select
          count(*) filter (where was = 'queued') as from_queued,
          count(*) filter (where was = 'deferred') as from_deferred,
          count(*) filter (where state = 'deferred') as deferred,
          count(*) filter (where state = 'accepted') as accepted,
          count(*) filter (where state = 'failed') as failed,
          count(*) filter (where state = 'suppressed') as suppressed,
          count(*) filter (where state = 'unknown') as unknown,
          count(*) filter (where state = 'cancelled') as cancelled
        from changed
      ) sum
      where b.tenant_id = ${tenantId} and b.id = ${batchId}
    )${noted}
    select array_agg(id) as ids from changed`.execute(trx)
  return rows[0]?.ids ?? []
}

export interface PendingRow {
  readonly id: string
  readonly position: number
  readonly contact_id: string | null
  readonly email: string
  readonly variant_id: string | null
  readonly state: PendingState
  readonly attempts: number
}

/** Deliveries of a batch that are due, in order, at most `limit`. */
export async function listDue(trx: T, tenantId: string, batchId: string, limit: number): Promise<PendingRow[]> {
  const { rows } = await sql<PendingRow>`
    select id, position, contact_id, email, variant_id, state, attempts from delivery.delivery
    where tenant_id = ${tenantId} and batch_id = ${batchId}
      and (state = 'queued' or (state = 'deferred' and next_at <= now()))
    order by position limit ${limit}`
    .withPlugin(prepared)
    .execute(trx)
  return rows
}

/** Deliveries of a batch at these places that are still pending. */
export async function listPendingAt(
  trx: T,
  tenantId: string,
  batchId: string,
  positions: readonly number[],
): Promise<PendingRow[]> {
  const { rows } = await sql<PendingRow>`
    select id, position, contact_id, email, variant_id, state, attempts from delivery.delivery
    where tenant_id = ${tenantId} and batch_id = ${batchId} and position = any(${[...positions]}::smallint[])
      and state in ('queued', 'deferred')`.execute(trx)
  return rows
}
