import { sql } from 'kysely'
import { secureTenantTables } from '../database/row-security.ts'
import type { Migration } from '../database.ts'

export const httpMigrations: readonly Migration[] = [
  {
    name: '001-idempotency',
    async up(db) {
      await sql`
        create table kernel_http.idempotency (
          tenant_id uuid not null,
          credential text not null,
          key text not null,
          request_hash text not null,
          claimed_at timestamptz not null,
          expires_at timestamptz not null,
          status integer,
          reply text,
          primary key (tenant_id, credential, key)
        )`.execute(db)
      await sql`create index idempotency_expiry on kernel_http.idempotency (tenant_id, expires_at)`.execute(db)
      await secureTenantTables(db, ['kernel_http.idempotency'])
    },
  },
]
