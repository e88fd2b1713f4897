import { type Kysely, sql } from 'kysely'

export const name = '011-erasure'

/** The trail of a workspace that is erased may go before the row of the workspace: in sets, and not in one cascade. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace function identity.refuse_audit_change() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' and old.workspace_id is not null and kernel.tenant_id() = old.tenant_id
        and (kernel.is_erasing(old.tenant_id)
          or not exists (select from identity.workspace where tenant_id = old.tenant_id))
      then
        return old;
      end if;
      raise exception 'the audit trail takes no %', lower(tg_op) using errcode = 'insufficient_privilege';
    end $$
  `.execute(db)
  // While it is there the erasure knows what it is about, and a run that was cut off is taken up again.
  await sql`comment on table identity.workspace is '@erase-last'`.execute(db)
}
