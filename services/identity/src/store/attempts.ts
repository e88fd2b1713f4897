import { sql } from 'kysely'
import type { Trx } from './schema.ts'

export interface AttemptBucket {
  scope: string
  subject: string
  free: number
  longestWaitSeconds: number
  forgetSeconds: number
}

/**
 * Counts one attempt as a failure before it is made, so that many at once cannot all pass as the first; undefined when it
 * has to wait. The row's lock puts those of one bucket in line.
 */
export async function countAttempt(trx: Trx, bucket: AttemptBucket, now: Date): Promise<number | undefined> {
  const { scope, subject, free, longestWaitSeconds, forgetSeconds } = bucket
  const failures = sql`case when a.forget_at <= ${now}::timestamptz then 1 else a.failures + 1 end`
  // Not over 2^20, which is more than any wait; the power of more would not fit. No wait is a time long gone: one who read
  // the clock a moment before another and waited for the row must not find it blocked.
  const blockedUntil = sql`case when ${failures} < ${free}::int then to_timestamp(0)
    else ${now}::timestamptz + make_interval(secs =>
      least(${longestWaitSeconds}::int, power(2, least(20, ${failures} - ${free}::int)))) end`
  const { rows } = await sql<{ failures: number }>`
    insert into identity.attempt as a (scope, subject, failures, blocked_until, forget_at)
    values (${scope}, ${subject}, 1, to_timestamp(0),
      ${now}::timestamptz + make_interval(secs => ${forgetSeconds}::int))
    on conflict (scope, subject) do update set
      failures = ${failures},
      blocked_until = ${blockedUntil},
      forget_at = excluded.forget_at
    where a.blocked_until <= ${now}::timestamptz or a.forget_at <= ${now}::timestamptz
    returning failures
  `.execute(trx)
  return rows[0]?.failures
}

export function findBlock(trx: Trx, scope: string, subject: string) {
  return trx
    .selectFrom('identity.attempt')
    .select('blocked_until')
    .where('scope', '=', scope)
    .where('subject', '=', subject)
    .executeTakeFirst()
}

/** Takes an attempt back that was none. A wait that earlier failures have earned stays. */
export async function takeAttemptBack(trx: Trx, { scope, subject, free }: AttemptBucket): Promise<void> {
  await sql`
    update identity.attempt set
      failures = greatest(0, failures - 1),
      blocked_until = case when failures - 1 < ${free}::int then to_timestamp(0) else blocked_until end
    where scope = ${scope} and subject = ${subject}
  `.execute(trx)
}

export async function forgetAttempts(trx: Trx, scope: string, subject: string): Promise<void> {
  await trx.deleteFrom('identity.attempt').where('scope', '=', scope).where('subject', '=', subject).execute()
}

/** A few of those that no longer count, so that made-up names do not fill the table. */
export async function deleteForgottenAttempts(trx: Trx, now: Date): Promise<void> {
  await sql`
    delete from identity.attempt where (scope, subject) in (
      select scope, subject from identity.attempt where forget_at <= ${now}::timestamptz
      order by forget_at limit 20 for update skip locked
    )
  `.execute(trx)
}

/** Of an account by its address or its id. */
export async function isKnownDevice(trx: Trx, account: string, tokenHash: string): Promise<boolean> {
  const row = await trx
    .selectFrom('identity.known_device as d')
    .innerJoin('identity.account as a', 'a.id', 'd.account_id')
    .select('d.account_id')
    .where((eb) => eb.or([eb('a.email', '=', account), eb(sql<string>`a.id::text`, '=', account)]))
    .where('d.token_hash', '=', tokenHash)
    .executeTakeFirst()
  return row !== undefined
}

export async function insertKnownDevice(trx: Trx, accountId: string, tokenHash: string, now: Date): Promise<void> {
  await trx
    .insertInto('identity.known_device')
    .values({ account_id: accountId, token_hash: tokenHash, created_at: now, last_seen_at: now })
    .execute()
}

/** All but the newest of an account. */
export async function deleteOldDevices(trx: Trx, accountId: string, kept: number): Promise<void> {
  await sql`
    delete from identity.known_device where account_id = ${accountId}::uuid and token_hash not in (
      select token_hash from identity.known_device where account_id = ${accountId}::uuid
      order by created_at desc, token_hash limit ${kept}
    )
  `.execute(trx)
}
