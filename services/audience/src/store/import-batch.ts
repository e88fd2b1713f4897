import { type Kysely, sql } from 'kysely'
import type { ConsentBasis } from '../contract.ts'
import type { Schema } from './tables.ts'

type Db = Kysely<Schema>

/** What every row of a batch gets. */
export interface BatchFacts {
  readonly tenantId: string
  readonly importId: string
  readonly now: Date
  readonly consentBasis: ConsentBasis
  readonly onDuplicate: 'update' | 'keep'
}

/** The columns of `StagedRows`, in its order. */
export const stageColumns = 'import_stage (id, email_key, email, first_name, last_name, fields, status)'

/**
 * Makes the table that COPY fills: COPY into a table with row security is refused. A fresh temporary table has no
 * statistics, and the planner would read the whole of `contact` for each batch; so only index joins are left to it.
 */
export async function createStage(db: Db): Promise<void> {
  await sql`
    select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)
  `.execute(db)
  await sql`
    create temporary table import_stage (
      id uuid, email text, email_key text collate "C", first_name text, last_name text, fields jsonb, status text
    ) on commit drop
  `.execute(db)
}

/**
 * Writes the staged rows into `contact` and the ledger of consent. Rows go in order of the key, so two imports at once
 * cannot wait for each other in a circle. A row that changes nothing is not written. Returns how many are new.
 */
export async function upsertStaged(db: Db, facts: BatchFacts): Promise<number> {
  const { tenantId, importId, now, consentBasis } = facts
  const { rows } = await sql<{ created: number }>`
    with upserted as (
      insert into audience.contact as contact (
        tenant_id, id, email, email_key, first_name, last_name, fields, status, consent_basis, consent_at, created_at, updated_at
      )
      select ${tenantId}::uuid, id, email, email_key, first_name, last_name, fields, status,
        ${consentBasis}::text, ${now}::timestamptz, ${now}::timestamptz, ${now}::timestamptz
      from import_stage
      order by email_key
      on conflict (tenant_id, email_key) ${facts.onDuplicate === 'keep' ? sql`do nothing` : updateFromRow}
      returning contact.id, contact.consent_at, contact.consent_basis, contact.xmax = 0 as is_new
    ), ledger as (
      insert into audience.consent_event (tenant_id, contact_id, at, action, basis, source)
      select ${tenantId}::uuid, id, consent_at, case when is_new then 'given' else 'changed' end, consent_basis,
        ${`import:${importId}`}::text
      from upserted
      where consent_at = ${now}::timestamptz and consent_basis <> 'none'
      order by id
    )
    select (count(*) filter (where is_new))::int as created from upserted
  `.execute(db)
  return rows[0]?.created ?? 0
}

// xmax is 0 for a row that this statement inserted, and its own transaction for one that it updated. Nobody is
// subscribed again by a file, and a basis once given is not taken away.
const updateFromRow = sql`
  do update set
    first_name = coalesce(nullif(excluded.first_name, ''), contact.first_name),
    last_name = coalesce(nullif(excluded.last_name, ''), contact.last_name),
    fields = contact.fields || excluded.fields,
    status = case when contact.status = 'subscribed' then excluded.status else contact.status end,
    consent_basis = case when contact.consent_basis = 'none' then excluded.consent_basis else contact.consent_basis end,
    consent_at = case
      when contact.consent_basis = 'none' and excluded.consent_basis <> 'none' then excluded.consent_at
      else contact.consent_at
    end,
    updated_at = excluded.updated_at
  where coalesce(nullif(excluded.first_name, ''), contact.first_name) <> contact.first_name
    or coalesce(nullif(excluded.last_name, ''), contact.last_name) <> contact.last_name
    or not contact.fields @> excluded.fields
    or (contact.status = 'subscribed' and excluded.status <> 'subscribed')
    or (contact.consent_basis = 'none' and excluded.consent_basis <> 'none')
`

/** Everybody staged joins the list; those who left it themselves stay away. */
export async function joinStagedToList(db: Db, { tenantId, now }: BatchFacts, listId: string): Promise<void> {
  await sql`
    insert into audience.list_member (tenant_id, list_id, contact_id, added_at)
    select ${tenantId}::uuid, ${listId}::uuid, contact.id, ${now}::timestamptz
    from import_stage stage join audience.contact contact on contact.email_key = stage.email_key
    order by contact.id
    on conflict do nothing
  `.execute(db)
}

export async function tagStaged(db: Db, { tenantId }: BatchFacts, tags: readonly string[]): Promise<void> {
  await sql`
    insert into audience.contact_tag (tenant_id, tag, contact_id)
    select ${tenantId}::uuid, tag, contact.id
    from import_stage stage join audience.contact contact on contact.email_key = stage.email_key
      cross join unnest(${tags}::text[]) as tag
    order by tag, contact.id
    on conflict do nothing
  `.execute(db)
}

/** Tags that single rows name: pairs of address key and tag, as two arrays. */
export async function tagByKey(
  db: Db,
  tenantId: string,
  keys: readonly string[],
  tags: readonly string[],
): Promise<void> {
  await sql`
    insert into audience.contact_tag (tenant_id, tag, contact_id)
    select distinct ${tenantId}::uuid, pair.tag, contact.id
    from unnest(${keys}::text[], ${tags}::text[]) as pair (email_key, tag)
      join audience.contact contact on contact.email_key = pair.email_key
    order by 2, 3
    on conflict do nothing
  `.execute(db)
}

/** Addresses that the file says must not be written to; those already suppressed stay as they are. */
export async function suppressStaged(db: Db, { tenantId, importId, now }: BatchFacts): Promise<void> {
  await sql`
    insert into audience.suppression (tenant_id, id, email, email_key, reason, note, created_at)
    select ${tenantId}::uuid, gen_random_uuid(), email, email_key,
      case status when 'bounced' then 'hard_bounce' when 'complained' then 'complaint' else 'unsubscribed' end,
      ${`import:${importId}`}::text, ${now}::timestamptz
    from import_stage
    where status <> 'subscribed'
    order by email_key
    on conflict do nothing
  `.execute(db)
  await sql`
    insert into audience.consent_event (tenant_id, contact_id, at, action, source)
    select ${tenantId}::uuid, contact.id, ${now}::timestamptz, 'withdrawn', ${`import:${importId}`}::text
    from import_stage stage join audience.contact contact on contact.email_key = stage.email_key
    where stage.status <> 'subscribed'
    on conflict do nothing
  `.execute(db)
}
