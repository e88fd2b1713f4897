import { sql } from 'kysely'
import type { Trx } from './schema.ts'
import type { CodeChannel, CodePurpose } from './tables/factors.ts'

export interface CodeKey {
  accountId: string
  channel: CodeChannel
  purpose: CodePurpose
}

/**
 * Puts a code in the place of the former one. False when one was sent since `notSince`, or `most` within the hour: a form
 * that sends messages is not a way to flood a phone.
 */
export async function putFactorCode(
  trx: Trx,
  key: CodeKey,
  code: { hash: string; tries: number; now: Date; expiresAt: Date; notSince: Date; hourAgo: Date; most: number },
): Promise<boolean> {
  const { rows } = await sql`
    insert into identity.factor_code as c
      (account_id, channel, purpose, hash, tries_left, sent_at, expires_at, hour_since, sent_in_hour)
    values (${key.accountId}::uuid, ${key.channel}, ${key.purpose}, ${code.hash}, ${code.tries},
      ${code.now}::timestamptz, ${code.expiresAt}::timestamptz, ${code.now}::timestamptz, 1)
    on conflict (account_id, channel, purpose) do update set
      hash = excluded.hash,
      tries_left = excluded.tries_left,
      sent_at = excluded.sent_at,
      expires_at = excluded.expires_at,
      hour_since = case when c.hour_since <= ${code.hourAgo}::timestamptz then excluded.sent_at else c.hour_since end,
      sent_in_hour = case when c.hour_since <= ${code.hourAgo}::timestamptz then 1 else c.sent_in_hour + 1 end
    where c.sent_at <= ${code.notSince}::timestamptz
      and (c.hour_since <= ${code.hourAgo}::timestamptz or c.sent_in_hour < ${code.most})
    returning account_id
  `.execute(trx)
  return rows.length > 0
}

/** Spends one of the tries; false when there is no code, it has expired, or all tries are spent. */
export async function spendTry(trx: Trx, key: CodeKey, now: Date): Promise<boolean> {
  const row = await trx
    .updateTable('identity.factor_code')
    .set((eb) => ({ tries_left: eb('tries_left', '-', 1) }))
    .where('account_id', '=', key.accountId)
    .where('channel', '=', key.channel)
    .where('purpose', '=', key.purpose)
    .where('hash', 'is not', null)
    .where('tries_left', '>', 0)
    .where('expires_at', '>', now)
    .returning('account_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Of any number of callers with the same code one gets true. */
export async function consumeFactorCode(
  trx: Trx,
  key: CodeKey,
  hashes: readonly string[],
  now: Date,
): Promise<boolean> {
  const row = await trx
    .updateTable('identity.factor_code')
    .set({ hash: null })
    .where('account_id', '=', key.accountId)
    .where('channel', '=', key.channel)
    .where('purpose', '=', key.purpose)
    .where('hash', 'in', hashes)
    .where('expires_at', '>', now)
    .returning('account_id')
    .executeTakeFirst()
  return row !== undefined
}
