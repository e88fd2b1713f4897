import { type Migration, secureTenantTables } from '@fanfare/kernel'
import { sql } from 'kysely'

export const senderMigration: Migration = {
  name: '001-sender',
  async up(db) {
    await sql`
      create table delivery.sender (
        tenant_id uuid not null,
        id uuid not null,
        name text not null,
        from_name text not null,
        from_email text not null,
        reply_to text not null,
        postal_address text not null,
        kind text not null check (kind in ('sandbox', 'smtp')),
        smtp jsonb,
        -- Sealed with the installation's key; null when there is none.
        password text,
        messages_per_second double precision check (messages_per_second > 0),
        created_at timestamptz not null default now(),
        primary key (tenant_id, id)
      )`.execute(db)
    // Two processes that make a workspace's first sender at once end with one.
    await sql`create unique index sender_name on delivery.sender (tenant_id, lower(name))`.execute(db)
    await secureTenantTables(db, ['delivery.sender'])
  },
}
