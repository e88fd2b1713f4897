import { secureTenantTables } from '@fanfare/kernel'
import { type Kysely, sql } from 'kysely'

export const name = '001-rollup'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createCounted(db)
  await createFigures(db)
  await createExternalEvents(db)
  await secureTenantTables(db, [
    'analytics.hit',
    'analytics.mark',
    'analytics.rollup',
    'analytics.link',
    'analytics.link_person',
    'analytics.external_event',
  ])
}

/** What has been counted: a second delivery of the same fact finds it here. */
async function createCounted(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table analytics.hit (
      tenant_id uuid not null,
      id uuid not null,
      primary key (tenant_id, id)
    )
  `.execute(db)
  // The first time that one person did one thing with one campaign.
  await sql`
    create table analytics.mark (
      tenant_id uuid not null,
      campaign_id uuid not null,
      contact_id uuid not null,
      mark text not null,
      variant_id uuid,
      at timestamptz not null,
      primary key (tenant_id, campaign_id, contact_id, mark)
    )
  `.execute(db)
  await sql`
    create table analytics.link_person (
      tenant_id uuid not null,
      campaign_id uuid not null,
      url_hash text not null,
      contact_id uuid not null,
      primary key (tenant_id, campaign_id, url_hash, contact_id)
    )
  `.execute(db)
}

/** What reports read: small, whatever the size of the audience. */
async function createFigures(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table analytics.rollup (
      tenant_id uuid not null,
      campaign_id uuid not null,
      variant_id uuid,
      minute timestamptz not null,
      kind text not null,
      count integer not null,
      unique nulls not distinct (tenant_id, campaign_id, variant_id, minute, kind)
    )
  `.execute(db)
  await sql`create index rollup_minute on analytics.rollup (tenant_id, minute)`.execute(db)
  // By hash, because an index entry has no room for the longest URLs.
  await sql`
    create table analytics.link (
      tenant_id uuid not null,
      campaign_id uuid not null,
      url_hash text not null,
      url text not null,
      clicks integer not null,
      people integer not null,
      primary key (tenant_id, campaign_id, url_hash)
    )
  `.execute(db)
}

async function createExternalEvents(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table analytics.external_event (
      tenant_id uuid not null,
      id uuid not null,
      type text not null,
      contact_id uuid,
      at timestamptz not null,
      properties jsonb not null,
      received_at timestamptz not null,
      primary key (tenant_id, id)
    )
  `.execute(db)
  await sql`
    create index external_event_contact on analytics.external_event (tenant_id, contact_id, at desc)
    where contact_id is not null
  `.execute(db)
}
