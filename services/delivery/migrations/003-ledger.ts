import { type Migration, secureTenantTables } from '@fanfare/kernel'
import { sql } from 'kysely'

export const ledgerMigration: Migration = {
  name: '003-ledger',
  async up(db) {
    await sql`
      create table delivery.delivery (
        tenant_id uuid not null,
        id uuid not null,
        campaign_id uuid not null,
        contact_id uuid not null,
        email text not null,
        variant_id uuid,
        state text not null check (state in (
          'queued', 'claimed', 'attempting', 'deferred', 'accepted', 'failed', 'suppressed', 'unknown', 'cancelled', 'held'
        )),
        -- The claim that holds the row and until when; only that claim may write its outcome.
        fence uuid,
        lease_until timestamptz,
        attempts smallint not null default 0,
        -- When a queued or deferred row is due.
        next_at timestamptz,
        message_id text,
        reason text,
        queued_at timestamptz not null default now(),
        settled_at timestamptz,
        primary key (tenant_id, id),
        -- One person, one message of a campaign, whatever is repeated.
        unique (tenant_id, campaign_id, contact_id),
        check ((fence is not null) = (state in ('claimed', 'attempting'))),
        check ((lease_until is not null) = (state in ('claimed', 'attempting'))),
        check ((next_at is not null) = (state in ('queued', 'deferred')))
      )`.execute(db)
    await sql`
      create index delivery_due on delivery.delivery (tenant_id, campaign_id, next_at)
        where state in ('queued', 'deferred')`.execute(db)
    await sql`
      create index delivery_leased on delivery.delivery (tenant_id, campaign_id, lease_until)
        where state in ('claimed', 'attempting')`.execute(db)
    // The accounting is one index-only scan; the list of a campaign's deliveries by state walks the same index.
    await sql`create index delivery_state on delivery.delivery (tenant_id, campaign_id, state, id)`.execute(db)
    await sql`create index delivery_contact on delivery.delivery (tenant_id, contact_id, id)`.execute(db)
    await secureTenantTables(db, ['delivery.delivery'])
  },
}
