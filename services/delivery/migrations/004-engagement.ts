import { type Migration, secureTenantTables } from '@fanfare/kernel'
import { sql } from 'kysely'

export const engagementMigration: Migration = {
  name: '004-engagement',
  async up(db) {
    await sql`
      create table delivery.hit (
        tenant_id uuid not null,
        id uuid not null,
        delivery_id uuid not null,
        campaign_id uuid not null,
        variant_id uuid,
        contact_id uuid not null,
        kind text not null check (kind in ('open', 'click', 'unsubscribe')),
        link_id text,
        url text,
        -- How likely a scanner or proxy did it, 0 to 1, and what said so.
        machine real not null,
        signs text[] not null,
        agent text not null,
        -- A keyed hash: tells one source from another, never who.
        address_hash text not null,
        at timestamptz not null,
        primary key (tenant_id, id)
      )`.execute(db)
    await sql`create index hit_delivery on delivery.hit (tenant_id, delivery_id, at)`.execute(db)
    await sql`create index hit_contact on delivery.hit (tenant_id, contact_id, at)`.execute(db)
    // However often a mail program repeats the request, one delivery unsubscribes once.
    await sql`
      create unique index hit_unsubscribe on delivery.hit (tenant_id, delivery_id)
        where kind = 'unsubscribe'`.execute(db)
    await secureTenantTables(db, ['delivery.hit'])
  },
}
