import { secureTenantTables } from '@fanfare/kernel'
import { type Kysely, sql } from 'kysely'

export const name = '001-email'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table content.email (
      tenant_id uuid not null,
      id uuid not null,
      name text not null,
      subject text not null,
      preheader text not null,
      format text not null check (format in ('mjml', 'html')),
      body text not null,
      revision integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (tenant_id, id)
    )
  `.execute(db)
  await sql`create index email_newest on content.email (tenant_id, updated_at desc, id desc)`.execute(db)
  await sql`
    create table content.partial (
      tenant_id uuid not null,
      name text not null,
      body text not null,
      updated_at timestamptz not null,
      primary key (tenant_id, name)
    )
  `.execute(db)
  await secureTenantTables(db, ['content.email', 'content.partial'])
}
