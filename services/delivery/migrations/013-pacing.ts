import { type Migration, secureTenantTables } from '@fanfare/kernel'
import { sql } from 'kysely'

/** How fast a sender may send: its plan, the token buckets that all processes share, and where a receiver slowed it down. */
export const pacingMigration: Migration = {
  name: '013-pacing',
  async up(db) {
    await sql`alter table delivery.sender add column pacing jsonb not null default '{}'`.execute(db)
    await sql`
      create table delivery.bucket (
        tenant_id uuid not null,
        key text not null,
        tokens float8 not null,
        filled_at timestamptz not null,
        primary key (tenant_id, key)
      )`.execute(db)
    await sql`
      create table delivery.hold (
        tenant_id uuid not null,
        sender_id uuid not null,
        destination text not null,
        kind text not null check (kind in ('slowed', 'suspended')),
        -- The words of the server that asked for it.
        reason text not null,
        since timestamptz not null default now(),
        until timestamptz not null,
        primary key (tenant_id, sender_id, destination),
        foreign key (tenant_id, sender_id) references delivery.sender (tenant_id, id) on delete cascade
      )`.execute(db)
    // Why the guard stopped it, once: whoever goes on has decided.
    await sql`alter table delivery.dispatch add column halted text`.execute(db)
    await secureTenantTables(db, ['delivery.bucket', 'delivery.hold'])
  },
}
