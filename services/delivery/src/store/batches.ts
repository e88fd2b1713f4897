import { prepared, type Trx } from '@fanfare/kernel'
import { sql } from 'kysely'
import { type Lane, lanes } from '../contract.ts'
import type { DeliveryTables, DispatchRef, DispatchState } from './tables.ts'

type T = Trx<DeliveryTables>

/** A sender of a workspace that has batches in one lane, and in how many seconds the next can be taken: 0 when one is due. */
export interface DueSender {
  readonly tenantId: string
  readonly senderId: string
  readonly lane: Lane
  readonly dueInSeconds: number
}

/**
 * Who has something to send and may, over all workspaces; the only question of the engine that crosses them (policies
 * `batch_schedule`, `halt_schedule`). It skips through the index from one sender to the next, so it costs the same however many wait.
 */
export async function listDueSenders(trx: T): Promise<DueSender[]> {
  await sql`select set_config('app.delivery_schedule', 'on', true)`.execute(trx)
  const { rows } = await sql<DueSender>`
    with recursive sender as (
      select kind.lane, first.* from unnest(${[...lanes]}::text[]) as kind (lane) cross join lateral (
        select tenant_id, sender_id from delivery.batch
        where due_at is not null and lane = kind.lane order by tenant_id, sender_id limit 1
      ) first
      union all
      select sender.lane, next.* from sender cross join lateral (
        select tenant_id, sender_id from delivery.batch
        where due_at is not null and lane = sender.lane
          and (tenant_id, sender_id) > (sender.tenant_id, sender.sender_id)
        order by tenant_id, sender_id limit 1
      ) next
    )
    select sender.tenant_id as "tenantId", sender.sender_id as "senderId", sender.lane,
      greatest(0, extract(epoch from (
        select due_at from delivery.batch b
        where b.due_at is not null and b.lane = sender.lane
          and b.tenant_id = sender.tenant_id and b.sender_id = sender.sender_id
        order by due_at limit 1
      ) - now()))::float8 as "dueInSeconds"
    from sender
    where not exists (select from delivery.workspace_halt h where h.tenant_id = sender.tenant_id and h.halted)`
    .withPlugin(prepared)
    .execute(trx)
  await sql`select set_config('app.delivery_schedule', '', true)`.execute(trx)
  return rows
}

/** A batch that a claim has taken, and what the claim before it left when it never gave it back. */
export interface ClaimedBatch {
  readonly id: string
  readonly dispatch_id: string
  readonly destination: string
  readonly former: string | null
  readonly attempting: number[]
}

/**
 * Takes the batch that has been due longest, in one statement; one that another worker is taking is passed over, and so
 * are those to destinations that are held and those that this process has in hand: when a busy machine renews a lease too
 * late, taking the batch from itself would leave all of it in doubt. Of a halted workspace none is taken.
 */
export async function claimBatch(
  trx: T,
  { tenantId, senderId, lane }: Pick<DueSender, 'tenantId' | 'senderId' | 'lane'>,
  claim: {
    readonly claimId: string
    readonly leaseSeconds: number
    readonly held: readonly string[]
    readonly inHand: Iterable<string>
  },
): Promise<ClaimedBatch | undefined> {
  const { rows } = await sql<ClaimedBatch>`
    with due as (
      select id, fence from delivery.batch
      where tenant_id = ${tenantId} and sender_id = ${senderId} and lane = ${lane} and due_at <= now()
        and destination <> all (${[...claim.held]}::text[])
        and (fence is null or fence <> all (${[...claim.inHand]}::uuid[]))
        and not exists (select from delivery.workspace_halt where tenant_id = ${tenantId} and halted)
      order by due_at limit 1 for update skip locked
    )
    update delivery.batch b
    set fence = ${claim.claimId}, due_at = now() + make_interval(secs => ${claim.leaseSeconds}::float8)
    from due where b.tenant_id = ${tenantId} and b.id = due.id
    returning b.id, b.dispatch_id, b.destination, due.fence as former, b.attempting`
    .withPlugin(prepared)
    .execute(trx)
  return rows[0]
}

/** Commits which deliveries are about to go on the wire: what a crash from here on can leave in doubt. */
export async function markAttempting(trx: T, tenantId: string, batchId: string, positions: readonly number[]) {
  await sql`
    update delivery.batch set attempting = ${[...positions]}::smallint[]
    where tenant_id = ${tenantId} and id = ${batchId}`
    .withPlugin(prepared)
    .execute(trx)
}

/** Keeps claims alive while their messages are on the wire. */
export async function renewLeases(trx: T, tenantId: string, claimIds: readonly string[], leaseSeconds: number) {
  await sql`
    update delivery.batch set due_at = now() + make_interval(secs => ${leaseSeconds}::float8)
    where tenant_id = ${tenantId} and due_at is not null and fence = any(${[...claimIds]}::uuid[])`.execute(trx)
}

/** Whether the claim still has the batch, which stays as it is until the transaction ends. */
export async function lockClaim(trx: T, tenantId: string, batchId: string, claimId: string): Promise<boolean> {
  const { rows } = await sql`
    select from delivery.batch where tenant_id = ${tenantId} and id = ${batchId} and fence = ${claimId}
    for update`
    .withPlugin(prepared)
    .execute(trx)
  return rows.length > 0
}

/**
 * Gives a batch back. It is due again at once while somebody is still queued, else when the first deferred one is; never
 * before `delaySeconds` have passed, and not at all while its dispatch does not run. The dispatch is held still, so that a
 * pause or resume at the same moment comes before this or after it, never in between.
 */
export async function releaseBatch(
  trx: T,
  { tenantId, dispatchId }: DispatchRef,
  batch: { readonly batchId: string; readonly claimId: string; readonly delaySeconds: number },
): Promise<void> {
  await sql`
    with dispatch as (
      select state from delivery.dispatch where tenant_id = ${tenantId} and id = ${dispatchId} for share
    )
    update delivery.batch b
    set fence = null, attempting = '{}', due_at = case when dispatch.state = 'running' and b.queued + b.deferred > 0 then
      greatest(now() + make_interval(secs => ${batch.delaySeconds}::float8), case
        when b.queued > 0 then now()
        else (
          select min(next_at) from delivery.delivery d
          where d.tenant_id = ${tenantId} and d.batch_id = b.id and d.state = 'deferred'
        )
      end) end
    from dispatch
    where b.tenant_id = ${tenantId} and b.id = ${batch.batchId} and b.fence = ${batch.claimId}`
    .withPlugin(prepared)
    .execute(trx)
}

/** Holds a batch as it is until the transaction ends. */
export async function lockBatch(trx: T, tenantId: string, batchId: string): Promise<void> {
  await sql`select from delivery.batch where tenant_id = ${tenantId} and id = ${batchId} for update`.execute(trx)
}

/**
 * A batch that is due and that nobody has taken, with room for so many more; locked. Single messages that come while others
 * wait go with those, or each would cost what a batch costs.
 */
export async function lockOpenBatch(
  trx: T,
  { tenantId, dispatchId }: DispatchRef,
  { destination, more, most }: { readonly destination: string; readonly more: number; readonly most: number },
): Promise<{ id: string; size: number } | undefined> {
  const { rows } = await sql<{ id: string; size: number }>`
    select id, size from delivery.batch
    where tenant_id = ${tenantId} and dispatch_id = ${dispatchId} and due_at <= now() and fence is null
      and destination = ${destination} and size + ${more}::int <= ${most}
    order by due_at limit 1 for update skip locked`.execute(trx)
  return rows[0]
}

/** A batch of which nothing is pending any more is not due. The caller holds it. */
export async function idleBatch(trx: T, tenantId: string, batchId: string): Promise<void> {
  await sql`
    update delivery.batch set due_at = null
    where tenant_id = ${tenantId} and id = ${batchId} and fence is null and queued + deferred = 0`.execute(trx)
}

/** Keeps what a sender has waiting from being taken for a while: its server is in trouble, its rate is used up. */
export async function postponeSender(
  trx: T,
  { tenantId, senderId }: Pick<DueSender, 'tenantId' | 'senderId'>,
  seconds: number,
  only: { readonly destination?: string; readonly lane?: Lane } = {},
): Promise<void> {
  await sql`
    update delivery.batch set due_at = now() + make_interval(secs => ${seconds}::float8)
    where tenant_id = ${tenantId} and sender_id = ${senderId} and fence is null
      and due_at < now() + make_interval(secs => ${seconds}::float8)
      ${only.destination === undefined ? sql`` : sql`and destination = ${only.destination}`}
      ${only.lane === undefined ? sql`` : sql`and lane = ${only.lane}`}`.execute(trx)
}

/** Lets a sender's waiting batches ask for leave again; those of which nobody is due yet go back at once. */
export async function hastenSender(trx: T, tenantId: string, senderId: string): Promise<void> {
  await sql`
    update delivery.batch set due_at = now()
    where tenant_id = ${tenantId} and sender_id = ${senderId} and fence is null and due_at > now()`.execute(trx)
}

/** Lets a dispatch's batches be taken, or keeps them. Those in hand are given back by their workers. */
export async function scheduleBatches(trx: T, { tenantId, dispatchId }: DispatchRef, state: DispatchState) {
  const due = state === 'running' ? sql`case when queued + deferred > 0 then now() end` : sql`null`
  await sql`
    update delivery.batch set due_at = ${due}
    where tenant_id = ${tenantId} and dispatch_id = ${dispatchId} and fence is null`.execute(trx)
}

/** Lets a batch be taken at once whose worker is known to be dead; false when the claim has it no more. */
export async function freeBatch(trx: T, tenantId: string, batchId: string, claimId: string): Promise<boolean> {
  const freed = await sql`
    update delivery.batch set due_at = now()
    where tenant_id = ${tenantId} and id = ${batchId} and fence = ${claimId}`.execute(trx)
  return Number(freed.numAffectedRows ?? 0) > 0
}

/** Batches of running dispatches that nobody could take although something is pending: there should be none. */
export async function mendBatches(trx: T, { tenantId, dispatchId }: DispatchRef): Promise<number> {
  const mended = await sql`
    update delivery.batch b set due_at = now() from delivery.dispatch d
    where b.tenant_id = ${tenantId} and b.dispatch_id = ${dispatchId} and b.due_at is null and b.queued + b.deferred > 0
      and d.tenant_id = b.tenant_id and d.id = b.dispatch_id and d.state = 'running'`.execute(trx)
  return Number(mended.numAffectedRows ?? 0)
}
