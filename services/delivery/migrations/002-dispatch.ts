import { type Migration, secureTenantTables } from '@fanfare/kernel'
import { sql } from 'kysely'

export const dispatchMigration: Migration = {
  name: '002-dispatch',
  async up(db) {
    await sql`
      create table delivery.dispatch (
        tenant_id uuid not null,
        campaign_id uuid not null,
        sender_id uuid not null,
        name text not null,
        state text not null default 'preparing'
          check (state in ('preparing', 'running', 'paused', 'cancelled', 'finished')),
        -- Connections that failed in a row, and why the last did: paces the next try, shown to the person.
        trouble_count int not null default 0,
        trouble text,
        created_at timestamptz not null default now(),
        -- Set when nothing is pending any more.
        finished_at timestamptz,
        primary key (tenant_id, campaign_id),
        foreign key (tenant_id, sender_id) references delivery.sender (tenant_id, id)
      )`.execute(db)
    await sql`create index dispatch_open on delivery.dispatch (state) where finished_at is null`.execute(db)
    await sql`
      create table delivery.dispatch_variant (
        tenant_id uuid not null,
        campaign_id uuid not null,
        variant_id uuid not null,
        label text not null,
        subject text not null,
        preheader text not null,
        html text not null,
        text text not null,
        primary key (tenant_id, campaign_id, variant_id),
        foreign key (tenant_id, campaign_id) references delivery.dispatch (tenant_id, campaign_id) on delete cascade
      )`.execute(db)
    // No reference to the dispatch: a link in somebody's mailbox outlives the campaign it came with.
    await sql`
      create table delivery.link (
        tenant_id uuid not null,
        id text not null,
        campaign_id uuid not null,
        variant_id uuid not null,
        number int not null,
        url text not null,
        primary key (tenant_id, id)
      )`.execute(db)
    await sql`create index link_campaign on delivery.link (tenant_id, campaign_id)`.execute(db)
    await secureTenantTables(db, ['delivery.dispatch', 'delivery.dispatch_variant', 'delivery.link'])
    // The sweep of unfinished dispatches runs for all tenants at once and may read which those are, nothing else.
    await sql`
      create policy dispatch_sweep on delivery.dispatch for select
        using (current_setting('app.delivery_sweep', true) = 'on' and finished_at is null)`.execute(db)
  },
}
