import { prepared } from '@fanfare/kernel'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { BlockReason, FieldValue } from '../contract.ts'
import type { Schema } from './tables.ts'

type Db = Kysely<Schema>

export interface MergeRow {
  readonly id: string
  readonly email: string
  readonly first_name: string
  readonly last_name: string
  readonly fields: Record<string, FieldValue>
}

/** Contacts that a condition (over `contact`) takes, in order of id. */
export async function pageRecipients(
  db: Db,
  condition: RawBuilder<boolean>,
  after: string | undefined,
  limit: number,
): Promise<{ id: string; email: string }[]> {
  const { rows } = await sql<{ id: string; email: string }>`
    select id, email from audience.contact contact
    where ${condition} ${after === undefined ? sql`` : sql`and id > ${after}`}
    order by id limit ${limit}
  `.execute(db)
  return rows
}

/** Members of a list in order of id: the list's index leads, not the contacts'. */
export async function pageMembers(
  db: Db,
  listId: string,
  after: string | undefined,
  limit: number,
): Promise<{ id: string; email: string }[]> {
  const { rows } = await sql<{ id: string; email: string }>`
    select contact.id, contact.email
    from audience.list_member join audience.contact contact on contact.id = list_member.contact_id
    where list_member.list_id = ${listId} and left_at is null
      ${after === undefined ? sql`` : sql`and list_member.contact_id > ${after}`}
    order by list_member.contact_id limit ${limit}
  `.execute(db)
  return rows
}

/** The contacts, and in the first column of each row the keys of all custom fields. */
export async function findMergeRows(db: Db, ids: readonly string[]): Promise<(MergeRow & { keys: string[] })[]> {
  const { rows } = await sql<MergeRow & { keys: string[] }>`
    select contact.*, coalesce((select array_agg(key::text) from audience.field), '{}') as keys
    from unnest(${ids}::uuid[]) as wanted (id) cross join lateral (
      select id, email, first_name, last_name, fields from audience.contact where id = wanted.id limit 1
    ) contact
  `
    .withPlugin(prepared)
    .execute(db)
  return rows
}

/**
 * Suppression outweighs status, status outweighs consent. Each contact is looked up by its key, and so is its address:
 * without the limits the planner would rather read the whole workspace, which it takes for small, once for every set.
 */
export async function findBlockedRows(
  db: Db,
  ids: readonly string[],
): Promise<{ contactId: string; reason: BlockReason }[]> {
  const { rows } = await sql<{ contactId: string; reason: BlockReason }>`
    select * from (
      select wanted.id as "contactId", case
        when contact.id is null then 'deleted'
        when exists (select from audience.suppression where email_key = contact.email_key offset 0) then 'suppressed'
        when contact.status <> 'subscribed' then contact.status
        when contact.consent_basis = 'none' then 'no_consent'
      end as reason
      from unnest(${ids}::uuid[]) as wanted (id) left join lateral (
        select id, email_key, status, consent_basis from audience.contact where id = wanted.id limit 1
      ) contact on true
    ) answer where reason is not null
  `
    .withPlugin(prepared)
    .execute(db)
  return rows
}

export interface EngagementFacts {
  readonly contactIds: readonly string[]
  readonly campaignIds: readonly string[]
  readonly actions: readonly string[]
  readonly times: readonly string[]
}

/** Keeps the latest time of each action. Facts come as columns; in order, so that two calls cannot wait in a circle. */
export async function mergeEngagement(db: Db, tenantId: string, facts: EngagementFacts): Promise<void> {
  await sql`
    insert into audience.engagement as engagement (tenant_id, contact_id, campaign_id, sent_at, opened_at, clicked_at)
    select ${tenantId}::uuid, contact_id, campaign_id,
      max(at) filter (where action = 'sent'), max(at) filter (where action = 'opened'), max(at) filter (where action = 'clicked')
    from unnest(${facts.contactIds}::uuid[], ${facts.campaignIds}::uuid[], ${facts.actions}::text[], ${facts.times}::timestamptz[])
      as fact (contact_id, campaign_id, action, at)
    group by contact_id, campaign_id
    order by contact_id, campaign_id
    on conflict (tenant_id, contact_id, campaign_id) do update set
      sent_at = greatest(engagement.sent_at, excluded.sent_at),
      opened_at = greatest(engagement.opened_at, excluded.opened_at),
      clicked_at = greatest(engagement.clicked_at, excluded.clicked_at)
    where excluded.sent_at > coalesce(engagement.sent_at, '-infinity')
      or excluded.opened_at > coalesce(engagement.opened_at, '-infinity')
      or excluded.clicked_at > coalesce(engagement.clicked_at, '-infinity')
  `
    .withPlugin(prepared)
    .execute(db)
}
