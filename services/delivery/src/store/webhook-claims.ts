import type { Trx } from '@fanfare/kernel'
import { sql } from 'kysely'
import type { Health } from '../webhooks/schedule.ts'
import type { DeliveryTables } from './tables.ts'
import type { WebhookAttemptRow } from './webhook-messages.ts'
import { sweeping, type WebhookRef, type WebhookRow } from './webhooks.ts'

type T = Trx<DeliveryTables>

/**
 * Webhooks of all workspaces that have something due and may be called, those after the last turn first. One look into the
 * index for each webhook, however many messages wait.
 */
export async function listDueWebhooks(
  trx: T,
  { after, busy, limit }: { after: WebhookRef; busy: readonly string[]; limit: number },
): Promise<WebhookRef[]> {
  return sweeping(trx, async () => {
    const { rows } = await sql<WebhookRef>`
      select w.tenant_id as "tenantId", w.id as "webhookId" from delivery.webhook w
      where w.state = 'active' and (w.rests_until is null or w.rests_until <= now())
        and w.id <> all(${sql.val(busy)}::uuid[])
        and exists (
          select 1 from delivery.webhook_message m
          where m.tenant_id = w.tenant_id and m.webhook_id = w.id
            and m.state in ('pending', 'sending') and m.next_at <= now()
        )
      order by (w.tenant_id, w.id) <= (${after.tenantId}::uuid, ${after.webhookId}::uuid), w.tenant_id, w.id
      limit ${limit}`.execute(trx)
    return rows
  })
}

export type CallableWebhook = Pick<WebhookRow, 'id' | 'url' | 'secret' | 'failures'> & {
  /** Null when its time is over. */
  readonly previous_secret: string | null
}

/** Those that may be called now. */
export async function listCallable(trx: T, tenantId: string, ids: readonly string[]): Promise<CallableWebhook[]> {
  const { rows } = await sql<CallableWebhook>`
    select id, url, secret, failures, case when previous_until > now() then previous_secret end as previous_secret
    from delivery.webhook
    where tenant_id = ${tenantId} and id = any(${sql.val(ids)}::uuid[])
      and state = 'active' and (rests_until is null or rests_until <= now())`.execute(trx)
  return rows
}

/** Reserves the one try of webhooks that rested: of several processes one gets it. Returns which are ours. */
export async function reserveTrials(trx: T, tenantId: string, ids: readonly string[], reserveMs: number) {
  const { rows } = await sql<{ id: string }>`
    update delivery.webhook set rests_until = now() + make_interval(secs => ${reserveMs}::float8 / 1000)
    where tenant_id = ${tenantId} and id = any(${sql.val(ids)}::uuid[])
      and state = 'active' and (rests_until is null or rests_until <= now())
    returning id`.execute(trx)
  return new Set(rows.map(({ id }) => id))
}

export interface ClaimedMessage {
  readonly webhookId: string
  readonly id: string
  readonly payload: string
  /** Which try this is, from 1. */
  readonly attempt: number
  readonly fence: number
}

/** Takes what is due of several webhooks in one statement; rows that another process is taking are passed over. */
export async function claimMessages(
  trx: T,
  tenantId: string,
  wanted: readonly { webhookId: string; limit: number }[],
  leaseMs: number,
): Promise<ClaimedMessage[]> {
  const { rows } = await sql<ClaimedMessage>`
    with wanted as (
      select * from json_to_recordset(${JSON.stringify(wanted)}::json) as w("webhookId" uuid, "limit" int)
    ), due as (
      select m.webhook_id, m.id from wanted cross join lateral (
        select webhook_id, id from delivery.webhook_message
        where tenant_id = ${tenantId} and webhook_id = wanted."webhookId"
          and state in ('pending', 'sending') and next_at <= now()
        order by next_at limit wanted."limit" for update skip locked
      ) m
    )
    update delivery.webhook_message m
    set state = 'sending', attempts = attempts + 1, fence = fence + 1,
      next_at = now() + make_interval(secs => ${leaseMs}::float8 / 1000)
    from due where m.tenant_id = ${tenantId} and m.webhook_id = due.webhook_id and m.id = due.id
    returning m.webhook_id as "webhookId", m.id, m.payload, m.attempts as attempt, m.fence`.execute(trx)
  return rows
}

export interface MessageOutcome {
  readonly webhookId: string
  readonly id: string
  readonly fence: number
  readonly state: 'pending' | 'delivered' | 'failed'
  /** Until the next try of one that is pending. */
  readonly delayMs: number
  readonly status: number | null
  /** False when it was given back before it was begun. */
  readonly counted: boolean
}

/** Writes outcomes, each under the fence it was claimed with; a later claim's row stays as it is. */
export async function recordMessages(trx: T, tenantId: string, outcomes: readonly MessageOutcome[]): Promise<void> {
  await sql`
    update delivery.webhook_message m
    set state = r.state,
      attempts = m.attempts - case when r.counted then 0 else 1 end,
      next_at = case when r.state = 'pending' then now() + make_interval(secs => r."delayMs" / 1000) end,
      last_status = case when r.counted then r.status else m.last_status end,
      finished_at = case when r.state <> 'pending' then now() end
    from json_to_recordset(${JSON.stringify(outcomes)}::json)
      as r("webhookId" uuid, id uuid, fence int, state text, "delayMs" float8, status int, counted boolean)
    where m.tenant_id = ${tenantId} and m.webhook_id = r."webhookId" and m.id = r.id
      and m.state = 'sending' and m.fence = r.fence`.execute(trx)
}

export async function insertAttempts(trx: T, attempts: readonly WebhookAttemptRow[]): Promise<void> {
  if (attempts.length === 0) return
  await sql`
    insert into delivery.webhook_attempt
      (tenant_id, webhook_id, message_id, id, at, duration_ms, status, error, response)
    select tenant_id, webhook_id, message_id, id, at, duration_ms, status, error, response
    from json_populate_recordset(null::delivery.webhook_attempt, ${JSON.stringify(attempts)}::json)`.execute(trx)
}

/** Ends the bad marks of webhooks that work; one without any is not touched, so that busy ones wait for nobody. */
export async function clearFailures(trx: T, tenantId: string, ids: readonly string[], failuresToRest: number) {
  await sql`
    update delivery.webhook
    set failures = 0, failing_since = null,
      -- A rest that a receiver asked for holds also when another call still went through.
      rests_until = case when failures >= ${failuresToRest} then null else rests_until end
    where tenant_id = ${tenantId} and id = any(${sql.val(ids)}::uuid[]) and failures > 0`.execute(trx)
}

/** Locked until the new health is written, in order of id so that two never wait for each other. */
export async function lockHealth(trx: T, tenantId: string, ids: readonly string[]) {
  const { rows } = await sql<Pick<WebhookRow, 'id' | 'failures' | 'failing_since'> & { now: Date }>`
    select id, failures, failing_since, now() as now from delivery.webhook
    where tenant_id = ${tenantId} and id = any(${sql.val(ids)}::uuid[]) and state = 'active'
    order by id for update`.execute(trx)
  return rows
}

export async function recordHealth(trx: T, tenantId: string, health: readonly ({ id: string } & Health)[]) {
  await sql`
    update delivery.webhook w
    set failures = h.failures, failing_since = h."failingSince",
      rests_until = case when h."restMs" > 0 then now() + make_interval(secs => h."restMs" / 1000) else rests_until end,
      state = case when h."disabledReason" is null then state else 'disabled' end,
      disabled_reason = h."disabledReason",
      disabled_at = case when h."disabledReason" is not null then now() end
    from json_to_recordset(${JSON.stringify(health)}::json)
      as h(id uuid, failures int, "failingSince" timestamptz, "restMs" float8, "disabledReason" text)
    where w.tenant_id = ${tenantId} and w.id = h.id`.execute(trx)
}
