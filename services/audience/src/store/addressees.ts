import { type Kysely, sql } from 'kysely'
import type { BlockReason } from '../contract.ts'
import type { MergeRow } from './recipients.ts'
import type { NewSuppressions } from './suppressions.ts'
import type { Schema } from './tables.ts'

type Db = Kysely<Schema>

/** The contacts that have these addresses, and in each row the keys of all custom fields. */
export async function findMergeRowsByKey(
  db: Db,
  keys: readonly string[],
): Promise<(MergeRow & { email_key: string; keys: string[] })[]> {
  const { rows } = await sql<MergeRow & { email_key: string; keys: string[] }>`
    select contact.*, coalesce((select array_agg(key::text) from audience.field), '{}') as keys
    from unnest(${keys}::text[]) as wanted (key) cross join lateral (
      select id, email, email_key, first_name, last_name, fields from audience.contact where email_key = wanted.key limit 1
    ) contact
  `.execute(db)
  return rows
}

/**
 * Which addresses nothing may be sent to, whatever the message: those that bounced, complained, or were put on the list by
 * hand. That a person left the newsletter says nothing of the receipt they wait for.
 */
export async function findBlockedKeys(
  db: Db,
  keys: readonly string[],
): Promise<{ key: string; reason: BlockReason }[]> {
  const { rows } = await sql<{ key: string; reason: BlockReason }>`
    select * from (
      select wanted.key, case
        when suppression.reason = 'hard_bounce' then 'bounced'
        when suppression.reason = 'complaint' then 'complained'
        when suppression.reason is not null then 'suppressed'
        when contact.status in ('bounced', 'complained') then contact.status
      end as reason
      from unnest(${keys}::text[]) as wanted (key)
        left join lateral (
          select reason from audience.suppression where email_key = wanted.key and reason <> 'unsubscribed' limit 1
        ) suppression on true
        left join lateral (
          select status from audience.contact where email_key = wanted.key limit 1
        ) contact on true
    ) answer where reason is not null
  `.execute(db)
  return rows
}

/** Puts addresses on the list, whoever's they are; returns the keys of those that are new on it, or on it for more. */
export async function suppressKeys(
  db: Db,
  addresses: readonly { readonly email: string; readonly key: string }[],
  { tenantId, reason, note, now }: Omit<NewSuppressions, 'contactIds'>,
): Promise<string[]> {
  const { rows } = await sql<{ email_key: string }>`
    insert into audience.suppression as suppression (tenant_id, id, email, email_key, reason, note, created_at)
    select ${tenantId}::uuid, gen_random_uuid(), email, key, ${reason}::text, ${note}::text, ${now}::timestamptz
    from unnest(${addresses.map(({ email }) => email)}::text[], ${addresses.map(({ key }) => key)}::text[])
      as given (email, key)
    order by key
    on conflict (tenant_id, email_key) do update set reason = excluded.reason, note = excluded.note
      where suppression.reason = 'unsubscribed' and excluded.reason in ('hard_bounce', 'complaint')
    returning email_key
  `.execute(db)
  return rows.map((row) => row.email_key)
}

/** Whose addresses these are; those of nobody are left out. */
export async function findContactIdsByKey(db: Db, keys: readonly string[]): Promise<{ id: string; key: string }[]> {
  const { rows } = await sql<{ id: string; key: string }>`
    select id, email_key as key from audience.contact where email_key = any(${keys}::text[])
  `.execute(db)
  return rows
}
