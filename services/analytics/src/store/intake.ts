import { prepared } from '@fanfare/kernel'
import { sql } from 'kysely'
import type { HitCount, Mark } from '../figures.ts'
import type { Trx } from './schema.ts'

/** `by` is 1 for what is counted and -1 for what is taken back. */
export interface MarkMade {
  readonly campaignId: string
  readonly contactId: string
  readonly variantId: string | null
  readonly mark: Mark
  readonly at: string
  readonly by: 1 | -1
}
export interface HitMade {
  readonly campaignId: string
  readonly variantId: string | null
  readonly count: HitCount
  readonly at: string
  readonly by: 1 | -1
}
export interface ClickMade {
  readonly campaignId: string
  readonly contactId: string
  readonly url: string
  readonly by: 1 | -1
}
/** `machine` is null for the id of an event, which is never judged. */
export interface Told {
  readonly id: string
  readonly machine: number | null
}

/**
 * Remembers hits, or events of hits, by id and returns those that were not counted yet, as they are judged by now: the
 * primary key makes a repeat count for nothing. A hit that was judged again first waits here to be counted.
 */
export async function insertHits(
  trx: Trx,
  tenantId: string,
  told: readonly Told[],
): Promise<ReadonlyMap<string, number | null>> {
  const { rows } = await sql<Told>`
    insert into analytics.hit (tenant_id, id, machine)
    select ${tenantId}, id, machine
    from json_to_recordset(${JSON.stringify(told.map(({ id, machine }) => ({ id, machine })))}) as given (id uuid, machine real)
    order by id
    on conflict (tenant_id, id) do update
      set counted = true, machine = greatest(hit.machine, excluded.machine) where not hit.counted
    returning id, machine
  `
    .withPlugin(prepared)
    .execute(trx)
  return new Map(rows.map(({ id, machine }) => [id, machine]))
}

/** Keeps new judgements, which only grow, and returns what those hits were counted as before; none for a hit that was not counted. */
export async function rejudgeHits(
  trx: Trx,
  tenantId: string,
  told: readonly Told[],
): Promise<ReadonlyMap<string, number>> {
  const given = JSON.stringify(told.map(({ id, machine }) => ({ id, machine })))
  await sql`
    insert into analytics.hit (tenant_id, id, machine, counted)
    select ${tenantId}, id, machine, false from json_to_recordset(${given}) as given (id uuid, machine real)
    order by id
    on conflict do nothing
  `.execute(trx)
  const { rows } = await sql<Told & { counted: boolean }>`
    select id, machine, counted from analytics.hit
    where tenant_id = ${tenantId} and id = any(${told.map(({ id }) => id)}::uuid[])
    order by id
    for update
  `.execute(trx)
  await sql`
    update analytics.hit set machine = greatest(hit.machine, given.machine)
    from json_to_recordset(${given}) as given (id uuid, machine real)
    where hit.tenant_id = ${tenantId} and hit.id = given.id and hit.machine < given.machine
  `.execute(trx)
  return new Map(
    rows.flatMap(({ id, machine, counted }) => (counted && machine !== null ? [[id, machine] as const] : [])),
  )
}

/** Adds each hit to the figure of its minute, or takes it back. Rows are taken in order, so that two sets at once cannot wait for each other. */
export async function countHits(trx: Trx, tenantId: string, hits: readonly HitMade[]): Promise<void> {
  await sql`
    insert into analytics.rollup (tenant_id, campaign_id, variant_id, minute, kind, count)
    select ${tenantId}, "campaignId", "variantId", date_trunc('minute', at, 'UTC') as minute, count, sum(by)
    from json_to_recordset(${JSON.stringify(hits)}) as given (
      "campaignId" uuid, "variantId" uuid, count text, at timestamptz, by int
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
  `
    .withPlugin(prepared)
    .execute(trx)
}

/**
 * Keeps what people did for the first time and adds only that to the figures: of two sets that hold the same person, the
 * primary key lets one of them count. What its last hit is taken from is taken from the figures, too; its row stays, with
 * no hit, so that others wait for it in the same order.
 */
export async function countMarks(trx: Trx, tenantId: string, made: readonly MarkMade[]): Promise<void> {
  await sql`
    with given as (
      select "campaignId" as campaign_id, "contactId" as contact_id, mark, sum(by)::int as hits, min(at) as at,
        (array_agg("variantId" order by at))[1] as variant_id
      from json_to_recordset(${JSON.stringify(made)}) as given (
        "campaignId" uuid, "contactId" uuid, mark text, "variantId" uuid, at timestamptz, by int
      )
      group by campaign_id, contact_id, mark
    ), kept as (
      insert into analytics.mark (tenant_id, campaign_id, contact_id, mark, variant_id, at, hits)
      select ${tenantId}::uuid, campaign_id, contact_id, mark, variant_id, at, hits from given
      order by campaign_id, contact_id, mark
      on conflict (tenant_id, campaign_id, contact_id, mark) do update set
        hits = mark.hits + excluded.hits,
        variant_id = case when mark.hits > 0 then mark.variant_id else excluded.variant_id end,
        at = case when mark.hits > 0 then mark.at else excluded.at end
      returning campaign_id, contact_id, mark, variant_id, at, hits
    ), changed as (
      select kept.campaign_id, kept.variant_id, date_trunc('minute', kept.at, 'UTC') as minute, mark,
        (kept.hits > 0)::int - (kept.hits - given.hits > 0)::int as by
      from kept join given using (campaign_id, contact_id, mark)
    )
    insert into analytics.rollup (tenant_id, campaign_id, variant_id, minute, kind, count)
    select ${tenantId}::uuid, campaign_id, variant_id, minute, mark, sum(by)
    from changed
    where by <> 0
    group by campaign_id, variant_id, minute, mark
    order by campaign_id, variant_id, minute, mark
    on conflict (tenant_id, campaign_id, variant_id, minute, kind)
    do update set count = rollup.count + excluded.count
  `.execute(trx)
}

/** Adds clicks to the figures of their links, or takes them back; a person counts once for each link. */
export async function countClicks(trx: Trx, tenantId: string, clicks: readonly ClickMade[]): Promise<void> {
  await sql`
    with given as (
      select "campaignId" as campaign_id, "contactId" as contact_id, min(url) as url, md5(url) as url_hash, sum(by)::int as hits
      from json_to_recordset(${JSON.stringify(clicks)}) as given ("campaignId" uuid, "contactId" uuid, url text, by int)
      group by campaign_id, contact_id, url_hash
    ), kept as (
      insert into analytics.link_person (tenant_id, campaign_id, url_hash, contact_id, hits)
      select ${tenantId}::uuid, campaign_id, url_hash, contact_id, hits from given
      order by campaign_id, url_hash, contact_id
      on conflict (tenant_id, campaign_id, url_hash, contact_id) do update set hits = link_person.hits + excluded.hits
      returning campaign_id, url_hash, contact_id, hits
    )
    insert into analytics.link (tenant_id, campaign_id, url_hash, url, clicks, people)
    select ${tenantId}::uuid, campaign_id, url_hash, min(url), sum(given.hits),
      sum((kept.hits > 0)::int - (kept.hits - given.hits > 0)::int)
    from given join kept using (campaign_id, url_hash, contact_id)
    group by campaign_id, url_hash
    order by campaign_id, url_hash
    on conflict (tenant_id, campaign_id, url_hash)
    do update set clicks = link.clicks + excluded.clicks, people = link.people + excluded.people
  `.execute(trx)
}
