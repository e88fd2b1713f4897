import { sql } from 'kysely'
import type { HitCount, Mark } from '../figures.ts'
import type { Trx } from './schema.ts'

export interface MarkMade {
  readonly campaignId: string
  readonly contactId: string
  readonly variantId: string | null
  readonly mark: Mark
  readonly at: string
}
export interface HitMade {
  readonly campaignId: string
  readonly variantId: string | null
  readonly count: HitCount
  readonly at: string
}
export interface ClickMade {
  readonly campaignId: string
  readonly contactId: string
  readonly url: string
}

/** Remembers hits, or events of hits, by id and returns those that were not there: the primary key makes a repeat count for nothing. */
export async function insertHits(trx: Trx, tenantId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    insert into analytics.hit (tenant_id, id)
    select ${tenantId}, id from json_to_recordset(${JSON.stringify(ids.map((id) => ({ id })))}) as given (id uuid)
    order by id
    on conflict do nothing
    returning id
  `.execute(trx)
  return new Set(rows.map(({ id }) => id))
}

/** Adds each hit to the figure of its minute. Rows are taken in order, so that two sets at once cannot wait for each other. */
export async function countHits(trx: Trx, tenantId: string, hits: readonly HitMade[]): Promise<void> {
  await sql`
    insert into analytics.rollup (tenant_id, campaign_id, variant_id, minute, kind, count)
    select ${tenantId}, "campaignId", "variantId", date_trunc('minute', at, 'UTC') as minute, count, count(*)
    from json_to_recordset(${JSON.stringify(hits)}) as given (
      "campaignId" uuid, "variantId" uuid, count text, at timestamptz
    )
    group by "campaignId", "variantId", minute, count
    order by "campaignId", "variantId", minute, given.count
    on conflict (tenant_id, campaign_id, variant_id, minute, kind)
    do update set count = rollup.count + excluded.count
  `.execute(trx)
}

export interface SentCount {
  readonly campaignId: string
  readonly variantId: string | null
  readonly count: number
}

/** Adds messages that left to the figures of their minute. */
export async function countSent(trx: Trx, tenantId: string, counts: readonly SentCount[], at: string): Promise<void> {
  await sql`
    insert into analytics.rollup (tenant_id, campaign_id, variant_id, minute, kind, count)
    select ${tenantId}, "campaignId", "variantId", date_trunc('minute', ${at}::timestamptz, 'UTC'), 'sent', sum(count)
    from json_to_recordset(${JSON.stringify(counts)}) as given ("campaignId" uuid, "variantId" uuid, count int)
    group by "campaignId", "variantId"
    order by "campaignId", "variantId"
    on conflict (tenant_id, campaign_id, variant_id, minute, kind)
    do update set count = rollup.count + excluded.count
  `.execute(trx)
}

/**
 * Keeps what people did for the first time and adds only that to the figures: of two sets that hold the same person, the
 * primary key lets one of them count.
 */
export async function countMarks(trx: Trx, tenantId: string, made: readonly MarkMade[]): Promise<void> {
  await sql`
    with fresh as (
      insert into analytics.mark (tenant_id, campaign_id, contact_id, mark, variant_id, at)
      select distinct on ("campaignId", "contactId", mark)
        ${tenantId}::uuid, "campaignId", "contactId", mark, "variantId", at
      from json_to_recordset(${JSON.stringify(made)}) as given (
        "campaignId" uuid, "contactId" uuid, mark text, "variantId" uuid, at timestamptz
      )
      order by "campaignId", "contactId", mark, at
      on conflict do nothing
      returning campaign_id, variant_id, mark, at
    )
    insert into analytics.rollup (tenant_id, campaign_id, variant_id, minute, kind, count)
    select ${tenantId}::uuid, campaign_id, variant_id, date_trunc('minute', at, 'UTC') as minute, mark, count(*)
    from fresh
    group by campaign_id, variant_id, minute, mark
    order by campaign_id, variant_id, minute, mark
    on conflict (tenant_id, campaign_id, variant_id, minute, kind)
    do update set count = rollup.count + excluded.count
  `.execute(trx)
}

/** Adds clicks to the figures of their links; a person counts once for each link. */
export async function countClicks(trx: Trx, tenantId: string, clicks: readonly ClickMade[]): Promise<void> {
  await sql`
    with given as (
      select "campaignId" as campaign_id, "contactId" as contact_id, url, md5(url) as url_hash
      from json_to_recordset(${JSON.stringify(clicks)}) as given ("campaignId" uuid, "contactId" uuid, url text)
    ), fresh as (
      insert into analytics.link_person (tenant_id, campaign_id, url_hash, contact_id)
      select distinct ${tenantId}::uuid, campaign_id, url_hash, contact_id from given
      order by campaign_id, url_hash, contact_id
      on conflict do nothing
      returning campaign_id, url_hash
    ), people as (
      select campaign_id, url_hash, count(*) as people from fresh group by campaign_id, url_hash
    )
    insert into analytics.link (tenant_id, campaign_id, url_hash, url, clicks, people)
    select ${tenantId}::uuid, campaign_id, url_hash, min(url), count(*), coalesce(min(people), 0)
    from given left join people using (campaign_id, url_hash)
    group by campaign_id, url_hash
    order by campaign_id, url_hash
    on conflict (tenant_id, campaign_id, url_hash)
    do update set clicks = link.clicks + excluded.clicks, people = link.people + excluded.people
  `.execute(trx)
}
