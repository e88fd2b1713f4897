import type { Trx } from '@fanfare/kernel'
import { type Selectable, sql } from 'kysely'
import type { FeedbackKind } from '../contract.ts'
import type { FeedbackTable } from './tables/feedback.ts'
import type { DeliveryTables } from './tables.ts'

type T = Trx<DeliveryTables>
export type FeedbackRow = Selectable<FeedbackTable>
export type NewFeedback = Pick<
  FeedbackRow,
  'id' | 'key' | 'delivery_id' | 'kind' | 'hard' | 'reason' | 'status' | 'text' | 'source' | 'at'
>
/** A row that was added, and whether it tells something new of its delivery. */
export interface AddedFeedback extends FeedbackRow {
  /** The first of its kind, or the first hard bounce after soft ones. */
  readonly news: boolean
}

/** Lets one process at a time add feedback of a workspace, so that of two notices of a delivery one is the first. */
export async function lockFeedback(trx: T, tenantId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`delivery.feedback ${tenantId}`}, 0))`.execute(trx)
}

/**
 * Adds what is heard of deliveries that are in the ledger; a key that is known adds nothing. The caller has locked the
 * workspace's feedback, since what is first is seen from what is there.
 */
export async function insertFeedback(trx: T, tenantId: string, rows: readonly NewFeedback[]): Promise<AddedFeedback[]> {
  const records = rows.map((row) => ({ ...row, at: row.at.toISOString() }))
  const { rows: added } = await sql<AddedFeedback>`
    with given as (
      select distinct on (g.key) g.*, d.dispatch_id, d.variant_id as of_variant, d.contact_id as of_contact,
        d.email as of_email, d.lane, b.sender_id as of_sender, b.destination as of_destination
      from json_populate_recordset(null::delivery.feedback, ${JSON.stringify(records)}::json) g
      join delivery.delivery d on d.tenant_id = ${tenantId} and d.id = g.delivery_id
      join delivery.batch b on b.tenant_id = d.tenant_id and b.id = d.batch_id
      where not exists (
        select from delivery.feedback f where f.tenant_id = ${tenantId} and f.key = g.key
      )
      order by g.key, g.at
    ), ranked as (
      select *,
        row_number() over (partition by delivery_id, kind order by at, key) = 1 and not exists (
          select from delivery.feedback f
          where f.tenant_id = ${tenantId} and f.delivery_id = given.delivery_id and f.kind = given.kind
        ) as is_first,
        row_number() over (partition by delivery_id, kind, hard order by at, key) = 1 and not exists (
          select from delivery.feedback f
          where f.tenant_id = ${tenantId} and f.delivery_id = given.delivery_id and f.kind = given.kind
            and f.hard >= given.hard
        ) as is_news
      from given
    ), added as (
      insert into delivery.feedback (
        tenant_id, id, key, delivery_id, campaign_id, variant_id, contact_id, sender_id, destination, email, kind, hard,
        first, reason, status, text, source, at
      )
      select ${tenantId}::uuid, id, key, delivery_id, case when lane <> 'transactional' then dispatch_id end,
        case when lane <> 'transactional' then of_variant end, of_contact, of_sender, of_destination, of_email, kind, hard, is_first, reason, status, text, source, at
      from ranked
      returning *
    )
    select added.*, ranked.is_news as news from added join ranked using (id) order by added.at, added.id`.execute(trx)
  return added
}

/** Soft bounces that count against their person, since the last message that arrived. */
export interface SoftRunRow {
  readonly contact_id: string
  readonly bounces: number
  readonly first_at: Date
  readonly last_at: Date
}

/**
 * Runs of soft bounces of these people. A message arrived when the server took it and no bounce of it came, or when its
 * arrival was told.
 *
 * @param ignored reasons that say nothing of the address
 */
export async function listSoftRuns(
  trx: T,
  tenantId: string,
  contactIds: readonly string[],
  ignored: readonly string[],
): Promise<SoftRunRow[]> {
  const { rows } = await sql<SoftRunRow>`
    select person.id as contact_id, count(distinct f.delivery_id)::int as bounces, min(f.at) as first_at,
      max(f.at) as last_at
    from unnest(${[...contactIds]}::uuid[]) as person (id)
    join delivery.feedback f on f.tenant_id = ${tenantId} and f.contact_id = person.id
      and f.kind = 'bounced' and not f.hard and coalesce(f.reason, '') <> all(${[...ignored]}::text[])
    where f.at > coalesce((
      select max(arrival.at) from (
        select d.settled_at as at from delivery.delivery d
        where d.tenant_id = ${tenantId} and d.contact_id = person.id and d.lane <> 'transactional' and d.state = 'accepted' and not exists (
          select from delivery.feedback b
          where b.tenant_id = ${tenantId} and b.delivery_id = d.id and b.kind = 'bounced'
        )
        union all
        select told.at from delivery.feedback told
        where told.tenant_id = ${tenantId} and told.contact_id = person.id and told.kind in ('delivered', 'replied')
      ) arrival
    ), '-infinity')
    group by person.id`.execute(trx)
  return rows
}

export interface FeedbackCounts {
  readonly bounced: number
  readonly hardBounced: number
  readonly complained: number
  readonly replied: number
}

/** Deliveries of a campaign of which each was heard. */
export async function countFeedback(trx: T, tenantId: string, campaignId: string): Promise<FeedbackCounts> {
  const { rows } = await sql<FeedbackCounts>`
    select count(*) filter (where kind = 'bounced' and first)::int as bounced,
      count(distinct delivery_id) filter (where kind = 'bounced' and hard)::int as "hardBounced",
      count(*) filter (where kind = 'complained' and first)::int as complained,
      count(*) filter (where kind = 'replied' and first)::int as replied
    from delivery.feedback
    where tenant_id = ${tenantId} and campaign_id = ${campaignId}
      and kind in ('bounced', 'complained', 'replied')`.execute(trx)
  return rows[0] as FeedbackCounts
}

export interface FeedbackFilter {
  readonly kind?: FeedbackKind | undefined
  readonly campaignId?: string | undefined
  readonly contactId?: string | undefined
  readonly before?: { readonly at: string; readonly id: string } | undefined
  readonly limit: number
}

/** Newest first. */
export async function pageFeedback(trx: T, tenantId: string, filter: FeedbackFilter): Promise<FeedbackRow[]> {
  const { before } = filter
  return trx
    .selectFrom('delivery.feedback')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .$if(filter.kind !== undefined, (query) => query.where('kind', '=', filter.kind as FeedbackKind))
    .$if(filter.campaignId !== undefined, (query) => query.where('campaign_id', '=', filter.campaignId as string))
    .$if(filter.contactId !== undefined, (query) => query.where('contact_id', '=', filter.contactId as string))
    .$if(before !== undefined, (query) =>
      query.where(sql<boolean>`(at, id) < (${before?.at}::timestamptz, ${before?.id}::uuid)`),
    )
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit)
    .execute()
}
