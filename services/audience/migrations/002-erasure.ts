import { type Kysely, sql } from 'kysely'

export const name = '002-erasure'

/** The ledger of consent lets a workspace's events go when all of the workspace goes, and only then. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace function audience.refuse_change() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' and kernel.is_erasing(kernel.tenant_id()) then
        return null;
      end if;
      raise exception 'the ledger of consent takes new events only' using errcode = 'insufficient_privilege';
    end $$
  `.execute(db)
}
