import { secureTenantTables } from '@fanfare/kernel'
import { type Kysely, sql } from 'kysely'

export const name = '001-campaign'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table campaigns.campaign (
      tenant_id uuid not null,
      id uuid not null,
      name text not null,
      state text not null check (state in (
        'draft', 'approved', 'scheduled', 'launching', 'sending', 'paused', 'done', 'cancelled'
      )),
      -- Counts every change of what can be approved; an approval names the one it saw.
      version integer not null default 1,
      brief jsonb,
      crew_run_id uuid,
      sender_id uuid,
      audience jsonb,
      variants jsonb not null default '[]',
      holdout_percent integer not null default 0 check (holdout_percent between 0 and 50),
      scheduled_at timestamptz,
      fingerprint text not null,
      approved_at timestamptz,
      approved_by uuid,
      attention text,
      -- How far the launch has come: whether the dispatch is set up, and the last contact handed over.
      dispatch_prepared boolean not null default false,
      launch_cursor uuid,
      launched_at timestamptz,
      finished_at timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (tenant_id, id)
    )
  `.execute(db)
  await sql`create index campaign_newest on campaigns.campaign (tenant_id, created_at desc, id desc)`.execute(db)
  await secureTenantTables(db, ['campaigns.campaign'])
}
