import type { Trx } from '@fanfare/kernel'
import { type Selectable, sql } from 'kysely'
import type { DeliveryTables, HoldTable } from './tables.ts'

type T = Trx<DeliveryTables>

/** A token bucket that all processes share: one token is one message. */
export interface Bucket {
  readonly key: string
  /** 0 for one that is filled once. */
  readonly perSecond: number
  /** Most tokens it holds; it starts full. */
  readonly capacity: number
}

/** Fills buckets up to now and locks them until the transaction ends; in key order, so that two workers never wait for each other. */
export async function fillBuckets(trx: T, tenantId: string, buckets: readonly Bucket[]): Promise<Map<string, number>> {
  const sorted = buckets.toSorted((a, b) => (a.key < b.key ? -1 : 1))
  const { rows } = await sql<{ key: string; tokens: number }>`
    insert into delivery.bucket as bucket (tenant_id, key, tokens, filled_at)
    select ${tenantId}, given.key, given.capacity, clock_timestamp() from unnest(
      ${sorted.map(({ key }) => key)}::text[], ${sorted.map(({ capacity }) => capacity)}::float8[]
    ) as given (key, capacity)
    on conflict (tenant_id, key) do update set
      tokens = least(excluded.tokens, bucket.tokens + greatest(0, extract(epoch from excluded.filled_at - bucket.filled_at)) * (
        select rate from unnest(
          ${sorted.map(({ key }) => key)}::text[], ${sorted.map(({ perSecond }) => perSecond)}::float8[]
        ) as rates (key, rate) where rates.key = bucket.key
      )),
      filled_at = greatest(bucket.filled_at, excluded.filled_at)
    returning key, tokens`.execute(trx)
  return new Map(rows.map(({ key, tokens }) => [key, tokens]))
}

/** Takes tokens out of each of the buckets, or puts back what was not used: a negative number. */
export async function takeTokens(trx: T, tenantId: string, buckets: readonly Bucket[], tokens: number): Promise<void> {
  await sql`
    update delivery.bucket b set tokens = least(given.capacity, b.tokens - ${tokens}::float8)
    from unnest(
      ${buckets.map(({ key }) => key)}::text[], ${buckets.map(({ capacity }) => capacity)}::float8[]
    ) as given (key, capacity)
    where b.tenant_id = ${tenantId} and b.key = given.key`.execute(trx)
}

export type HoldRow = Selectable<HoldTable>

/** What receivers asked of a sender and what still counts. */
export async function listHolds(trx: T, tenantId: string, senderId?: string): Promise<HoldRow[]> {
  const { rows } = await sql<HoldRow>`
    select * from delivery.hold where tenant_id = ${tenantId} and until > now()
      ${senderId === undefined ? sql`` : sql`and sender_id = ${senderId}`}
    order by sender_id, destination`.execute(trx)
  return rows
}

/** Each sign lengthens a hold; a suspension is never cut short to a slower pace. */
export async function noteHold(
  trx: T,
  { tenant_id, sender_id, destination, kind, reason }: Omit<HoldRow, 'since' | 'until'>,
  forMs: number,
): Promise<void> {
  await sql`
    insert into delivery.hold as hold (tenant_id, sender_id, destination, kind, reason, until)
    values (${tenant_id}, ${sender_id}, ${destination}, ${kind}, ${reason}, now() + make_interval(secs => ${forMs / 1_000}::float8))
    on conflict (tenant_id, sender_id, destination) do update set
      kind = case when hold.until > now() and hold.kind = 'suspended' then hold.kind else excluded.kind end,
      reason = excluded.reason,
      since = case when hold.until > now() then hold.since else now() end,
      until = greatest(hold.until, excluded.until)`.execute(trx)
}

/** Lifts a hold by hand; false when there is none. */
export async function liftHold(trx: T, tenantId: string, senderId: string, destination: string): Promise<boolean> {
  const lifted = await sql`
    delete from delivery.hold
    where tenant_id = ${tenantId} and sender_id = ${senderId} and destination = ${destination} and until > now()`.execute(
    trx,
  )
  return Number(lifted.numAffectedRows ?? 0) > 0
}
