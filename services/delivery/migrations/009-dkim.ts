import { type Migration, secureTenantTables } from '@fanfare/kernel'
import { sql } from 'kysely'

export const dkimMigration: Migration = {
  name: '009-dkim',
  async up(db) {
    await sql`
      create table delivery.dkim_key (
        tenant_id uuid not null,
        id uuid not null,
        domain text not null,
        selector text not null,
        algorithm text not null check (algorithm in ('rsa-sha256', 'ed25519-sha256')),
        -- PKCS #8, sealed with the installation's key.
        private_key text not null,
        public_key text not null,
        state text not null default 'new' check (state in ('new', 'active', 'retired')),
        created_at timestamptz not null,
        activated_at timestamptz,
        retired_at timestamptz,
        primary key (tenant_id, id)
      )`.execute(db)
    // A selector names one record in DNS.
    await sql`create unique index dkim_key_selector on delivery.dkim_key (tenant_id, domain, selector)`.execute(db)
    await secureTenantTables(db, ['delivery.dkim_key'])
  },
}
