import { type Kysely, sql } from 'kysely'

export const name = '009-api-key'

/** What a key may do, from where and until when; who made it; and its former secret while both work. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // A key whose maker is gone stays the workspace's own, hence no cascade.
  await sql`
    alter table identity.api_key
      add column scopes text[],
      add column expires_at timestamptz,
      add column allowed_networks text[] not null default '{}',
      add column created_by uuid references identity.account (id) on delete set null,
      add column last_used_address text,
      add column former_hash text,
      add column former_prefix text,
      add column former_until timestamptz,
      add constraint api_key_former check ((former_hash is null) = (former_until is null))
  `.execute(db)
  await sql`create unique index api_key_former_hash on identity.api_key (tenant_id, former_hash)`.execute(db)
  await sql`create index api_key_created_by on identity.api_key (created_by)`.execute(db)
}
