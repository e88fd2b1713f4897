import { type Kysely, sql } from 'kysely'
import { prepared } from '../database/prepared.ts'
import type { DeadLetter } from '../events.ts'

/** The tables of the schema `kernel_events`. */
export interface EventsSchema {
  'kernel_events.outbox': {
    event_id: string
    type: string
    version: number
    tenant_id: string
    data: string
    trace: string | null
    created_at: Date
  }
}
type Handle = Kysely<EventsSchema>

/** One try of one event for one subscription. */
export interface Claim {
  readonly subscription: string
  readonly eventId: string
  readonly tenantId: string
  /** Which try this is, from 1; also the fence that keeps a late one from counting. */
  readonly attempt: number
  readonly type: string
  readonly version: number
  readonly data: unknown
  readonly trace: string | null
  readonly time: Date
}

export interface SubscriptionRow {
  readonly name: string
  readonly type: string
  readonly version: number
}

/** Tells every process which handlers exist anywhere, so that whoever dispatches fans out to all of them. */
export async function recordSubscriptions(db: Handle, subscriptions: readonly SubscriptionRow[]): Promise<void> {
  if (subscriptions.length === 0) return
  await sql`
    insert into kernel_events.subscription (name, type, version)
    select name, type, version from json_to_recordset(${JSON.stringify(subscriptions)}::json) as row (name text, type text, version integer)
    on conflict (name) do update set type = excluded.type, version = excluded.version, seen_at = now()
  `.execute(db)
}

export async function findSubscriptions(db: Handle): Promise<SubscriptionRow[]> {
  const { rows } = await sql<SubscriptionRow>`
    select name, type, version from kernel_events.subscription order by name
  `.execute(db)
  return rows
}

/**
 * Turns a set of published events into one waiting row for each subscription to them. Events are found by their state,
 * never by the last id seen: a transaction that took a lower id may commit later.
 *
 * @returns how many events were dispatched
 */
export async function fanOut(db: Handle, limit: number): Promise<number> {
  const { rows } = await sql`
    with claimed as (
      select id, event_id, type, version, tenant_id from kernel_events.outbox
      where dispatched_at is null order by id limit ${limit} for update skip locked
    ), fanned as (
      insert into kernel_events.inbox (subscription, event_id, tenant_id)
      select subscription.name, claimed.event_id, claimed.tenant_id
      from claimed join kernel_events.subscription using (type, version)
      on conflict do nothing
    )
    update kernel_events.outbox set dispatched_at = now() from claimed where outbox.id = claimed.id returning 1
  `
    .withPlugin(prepared)
    .execute(db)
  return rows.length
}

/** Where the round of subscriptions and tenants goes on. */
export interface Turn {
  readonly subscription: string
  readonly tenantId: string
}
export const firstTurn: Turn = { subscription: '', tenantId: '00000000-0000-0000-0000-000000000000' }

/**
 * Takes due tries in turns: first one of each (subscription, tenant) pair after the last turn, then a second of each, and
 * so on, so a tenant with a million events holds nobody up. Pairs are found by skipping through the index, which costs
 * the same however many rows wait. A taken row is due again when its lease ends, which is how a dead process's come back.
 */
export async function claimDue(
  db: Handle,
  subscriptions: readonly string[],
  options: { turn: Turn; limit: number; leaseMs: number },
): Promise<Claim[]> {
  const { turn, limit, leaseMs } = options
  const own = sql`${subscriptions}::text[]`
  const nextPair = (subscription: unknown, tenant: unknown) => sql`
    (select subscription, tenant_id from kernel_events.inbox
     where state = 'waiting' and subscription = any(${own}) and (subscription, tenant_id) > (${subscription}, ${tenant})
     order by subscription, tenant_id limit 1)`
  const { rows } = await sql<Claim>`
    with recursive pair as (
      ${nextPair(turn.subscription, sql`${turn.tenantId}::uuid`)}
      union all
      select following.* from pair cross join lateral
        ${nextPair(sql.ref('pair.subscription'), sql.ref('pair.tenant_id'))} following
    ), turns as (select * from pair limit ${limit}),
    picked as (
      select due.subscription, due.event_id from turns cross join lateral (
        select subscription, event_id, next_at, row_number() over (order by next_at) as round from (
          select subscription, event_id, next_at from kernel_events.inbox
          where state = 'waiting' and next_at <= now()
            and subscription = turns.subscription and tenant_id = turns.tenant_id
          order by next_at limit ${limit}
        ) oldest
      ) due order by due.round, due.next_at limit ${limit}
    ), locked as (
      select inbox.subscription, inbox.event_id from kernel_events.inbox join picked using (subscription, event_id)
      where state = 'waiting' and inbox.next_at <= now() for update of inbox skip locked
    ), taken as (
      update kernel_events.inbox
      set attempts = attempts + 1, next_at = now() + ${leaseMs} * interval '1 millisecond'
      from locked where inbox.subscription = locked.subscription and inbox.event_id = locked.event_id
      returning inbox.*
    )
    select taken.subscription, taken.event_id as "eventId", taken.tenant_id as "tenantId", taken.attempts as attempt,
      outbox.type, outbox.version, outbox.data, outbox.trace, outbox.created_at as time
    from taken join kernel_events.outbox using (event_id)
    order by taken.subscription, taken.tenant_id, outbox.id
  `
    .withPlugin(prepared)
    .execute(db)
  return rows
}

/**
 * Marks a try as done, as the first statement of the transaction that holds its effects: the row's lock keeps others off
 * until both commit. False when the try is no longer ours.
 */
export async function takeAsDone(db: Handle, { subscription, eventId, attempt }: Claim): Promise<boolean> {
  const { rows } = await sql`
    update kernel_events.inbox set state = 'done', finished_at = now(), error = null
    where subscription = ${subscription} and event_id = ${eventId} and state = 'waiting' and attempts = ${attempt}
    returning 1
  `
    .withPlugin(prepared)
    .execute(db)
  return rows.length > 0
}

/** Puts a failed try back with a delay, or ends it as a dead letter. */
export async function recordFailure(
  db: Handle,
  { subscription, eventId, attempt }: Claim,
  outcome: { error: string; delayMs: number; dead: boolean },
): Promise<void> {
  await sql`
    update kernel_events.inbox set
      state = ${outcome.dead ? 'dead' : 'waiting'},
      error = ${outcome.error},
      next_at = now() + ${outcome.delayMs} * interval '1 millisecond',
      finished_at = case when ${outcome.dead} then now() end
    where subscription = ${subscription} and event_id = ${eventId} and state = 'waiting' and attempts = ${attempt}
  `.execute(db)
}

/** Gives back tries that were taken and not begun, as if they had never been taken. */
export async function giveBack(db: Handle, claims: readonly Claim[]): Promise<void> {
  if (claims.length === 0) return
  await sql`
    update kernel_events.inbox set attempts = attempts - 1, next_at = now()
    from json_to_recordset(${JSON.stringify(claims)}::json) as claim (subscription text, "eventId" uuid, attempt integer)
    where inbox.subscription = claim.subscription and inbox.event_id = claim."eventId"
      and state = 'waiting' and attempts = claim.attempt
  `.execute(db)
}

/** Makes every waiting try due at once. Only for a database that no other process can be using: it ends all leases. */
export async function endLeases(db: Handle): Promise<void> {
  await sql`update kernel_events.inbox set next_at = now() where state = 'waiting' and next_at > now()`.execute(db)
}

export async function countDue(db: Handle, subscriptions: readonly string[]): Promise<number> {
  const { rows } = await sql<{ due: number }>`
    select (
      (select count(*) from kernel_events.outbox where dispatched_at is null) +
      (select count(*) from kernel_events.inbox
       where state = 'waiting' and next_at <= now() and subscription = any(${subscriptions}::text[]))
    )::integer as due
  `.execute(db)
  return rows[0]?.due ?? 0
}

export async function findDeadLetters(db: Handle): Promise<DeadLetter[]> {
  const { rows } = await sql<DeadLetter>`
    select event_id as "eventId", subscription, type, attempts, coalesce(error, '') as error, finished_at as "failedAt"
    from kernel_events.inbox join kernel_events.outbox using (event_id)
    where state = 'dead' order by finished_at, event_id
  `.execute(db)
  return rows
}

export async function replayDeadLetters(db: Handle, subscription: string): Promise<number> {
  const { rows } = await sql`
    update kernel_events.inbox set state = 'waiting', attempts = 0, next_at = now(), error = null, finished_at = null
    where subscription = ${subscription} and state = 'dead' returning 1
  `.execute(db)
  return rows.length
}

/** Every event of the subscription's type since a moment, handled before or not. */
export async function replaySince(db: Handle, subscription: SubscriptionRow, since: Date): Promise<number> {
  const { rows } = await sql`
    insert into kernel_events.inbox (subscription, event_id, tenant_id)
    select ${subscription.name}, event_id, tenant_id from kernel_events.outbox
    where type = ${subscription.type} and version = ${subscription.version} and created_at >= ${since}
    on conflict (subscription, event_id) do update
      set state = 'waiting', attempts = 0, next_at = now(), error = null, finished_at = null
    returning 1
  `.execute(db)
  return rows.length
}

/**
 * Removes what has been handled for long enough, subscriptions that no process has had for as long, and what waits for
 * them. An event stays while a subscription waits for it or holds it as a dead letter.
 */
export async function sweep(db: Handle, retentionDays: number): Promise<void> {
  const horizon = sql`now() - ${retentionDays} * interval '1 day'`
  await sql`delete from kernel_events.subscription where seen_at < ${horizon}`.execute(db)
  await sql`
    delete from kernel_events.inbox
    where (state = 'done' and finished_at < ${horizon})
      or (state = 'waiting' and next_at < ${horizon}
        and not exists (select 1 from kernel_events.subscription where name = inbox.subscription))
  `.execute(db)
  await sql`
    delete from kernel_events.outbox where dispatched_at < ${horizon}
      and not exists (select 1 from kernel_events.inbox where inbox.event_id = outbox.event_id and state <> 'done')
  `.execute(db)
}
