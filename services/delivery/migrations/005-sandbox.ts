import { type Migration, secureTenantTables } from '@fanfare/kernel'
import { sql } from 'kysely'

export const sandboxMigration: Migration = {
  name: '005-sandbox',
  async up(db) {
    await sql`
      create table delivery.sandbox_message (
        tenant_id uuid not null,
        id uuid not null,
        sender text not null,
        recipients text[] not null,
        subject text not null,
        bytes int not null,
        source bytea not null,
        received_at timestamptz not null,
        primary key (tenant_id, id)
      )`.execute(db)
    await secureTenantTables(db, ['delivery.sandbox_message'])
  },
}
