import type { Trx } from '@fanfare/kernel'
import { sql } from 'kysely'
import type { Outcome } from '../engine/outcomes.ts'
import type { SettledRow } from './ledger.ts'
import type { DeliveryTables, DispatchRef } from './tables.ts'

type T = Trx<DeliveryTables>

export interface ClaimedRow {
  readonly id: string
  readonly contact_id: string
  readonly email: string
  readonly variant_id: string
  readonly attempts: number
}

/** Takes what is due for one claim, in one statement; rows another worker is taking are passed over. */
export async function claimDue(
  trx: T,
  ref: DispatchRef,
  claim: { claimId: string; limit: number; leaseSeconds: number },
) {
  const { rows } = await sql<ClaimedRow>`
    with due as (
      select id from delivery.delivery
      where tenant_id = ${ref.tenantId} and campaign_id = ${ref.campaignId}
        and state in ('queued', 'deferred') and next_at <= now()
        and exists (
          select 1 from delivery.dispatch
          where tenant_id = ${ref.tenantId} and campaign_id = ${ref.campaignId} and state = 'running'
        )
      order by next_at limit ${claim.limit} for update skip locked
    )
    update delivery.delivery d
    set state = 'claimed', fence = ${claim.claimId}, next_at = null,
      lease_until = now() + make_interval(secs => ${claim.leaseSeconds}::float8)
    from due where d.tenant_id = ${ref.tenantId} and d.id = due.id
    returning d.id, d.contact_id, d.email, d.variant_id, d.attempts`.execute(trx)
  return rows
}

/** Keeps a claim alive while its messages are on the wire. */
export async function renewLease(trx: T, ref: DispatchRef, claimId: string, leaseSeconds: number): Promise<void> {
  await sql`
    update delivery.delivery set lease_until = now() + make_interval(secs => ${leaseSeconds}::float8)
    where tenant_id = ${ref.tenantId} and campaign_id = ${ref.campaignId}
      and state in ('claimed', 'attempting') and fence = ${claimId}`.execute(trx)
}

export interface Attempt {
  readonly id: string
  readonly email: string
  readonly messageId: string
}

/** Commits that these are about to go on the wire. A row whose claim was taken away is not returned and must not be sent. */
export async function markAttempting(trx: T, tenantId: string, claimId: string, attempts: readonly Attempt[]) {
  const { rows } = await sql<{ id: string; attempts: number }>`
    update delivery.delivery d
    set state = 'attempting', attempts = d.attempts + 1, email = r.email, message_id = r."messageId"
    from json_to_recordset(${JSON.stringify(attempts)}::json) as r(id uuid, email text, "messageId" text)
    where d.tenant_id = ${tenantId} and d.id = r.id and d.fence = ${claimId} and d.state = 'claimed'
    returning d.id, d.attempts`.execute(trx)
  return rows
}

export interface RecordedOutcome {
  readonly id: string
  readonly claimId: string
  readonly outcome: Pick<Outcome, 'state' | 'reason' | 'delayMs' | 'counted'>
}

/**
 * Writes outcomes, each under the fence it was sent with; one whose fence is no longer the row's changes nothing.
 * Returns those that reached an end.
 */
export async function recordOutcomes(
  trx: T,
  tenantId: string,
  outcomes: readonly RecordedOutcome[],
): Promise<SettledRow[]> {
  const records = outcomes.map(({ id, claimId, outcome }) => ({ id, claimId, ...outcome }))
  const { rows } = await sql<SettledRow>`
    update delivery.delivery d
    set state = r.state, reason = r.reason, fence = null, lease_until = null,
      next_at = now() + make_interval(secs => r."delayMs" / 1000),
      attempts = d.attempts - case when r.counted or d.state = 'claimed' then 0 else 1 end,
      settled_at = case when r."delayMs" is null then now() end
    from json_to_recordset(${JSON.stringify(records)}::json)
      as r(id uuid, "claimId" uuid, state text, reason text, "delayMs" float8, counted boolean)
    where d.tenant_id = ${tenantId} and d.id = r.id and d.fence = r."claimId"
    returning d.id, d.contact_id, d.variant_id, d.state, d.settled_at`.execute(trx)
  return rows.filter((row) => row.settled_at !== null)
}

/** Claims that ended before the wire, by their lease or their worker's death: back to the queue at once. */
export async function releaseClaims(trx: T, ref: DispatchRef, deadClaims: readonly string[]): Promise<void> {
  await sql`
    update delivery.delivery set state = 'queued', fence = null, lease_until = null, next_at = now()
    where tenant_id = ${ref.tenantId} and campaign_id = ${ref.campaignId}
      and state = 'claimed' and (lease_until < now() or fence = any(${sql.val(deadClaims)}::uuid[]))`.execute(trx)
}

/** Deliveries that were about to go or on the wire when their worker died or fell silent. Locked until the outcome is written. */
export async function takeAttempts(trx: T, ref: DispatchRef, deadClaims: readonly string[], limit: number) {
  const { rows } = await sql<{ id: string; fence: string }>`
    select id, fence from delivery.delivery
    where tenant_id = ${ref.tenantId} and campaign_id = ${ref.campaignId}
      and state = 'attempting' and (lease_until < now() or fence = any(${sql.val(deadClaims)}::uuid[]))
    limit ${limit} for update skip locked`.execute(trx)
  return rows
}

/** Seconds until the next row is due or the next lease runs out; undefined when nothing is pending. */
export async function secondsUntilNext(trx: T, ref: DispatchRef): Promise<number | undefined> {
  const { rows } = await sql<{ seconds: number | null }>`
    select extract(epoch from min(at) - now())::float8 as seconds from (
      (select next_at as at from delivery.delivery
       where tenant_id = ${ref.tenantId} and campaign_id = ${ref.campaignId} and state in ('queued', 'deferred')
       order by next_at limit 1)
      union all
      (select lease_until as at from delivery.delivery
       where tenant_id = ${ref.tenantId} and campaign_id = ${ref.campaignId} and state in ('claimed', 'attempting')
       order by lease_until limit 1)
    ) pending`.execute(trx)
  return rows[0]?.seconds ?? undefined
}
