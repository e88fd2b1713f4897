import { type Kysely, sql } from 'kysely'

export const name = '002-key-role'

/** A key that sends messages and can do nothing else. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table identity.api_key drop constraint api_key_role_check`.execute(db)
  await sql`
    alter table identity.api_key add constraint api_key_role_check
      check (role in ('owner', 'admin', 'editor', 'viewer', 'sender'))`.execute(db)
}
