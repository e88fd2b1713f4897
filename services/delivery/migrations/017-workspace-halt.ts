import { type Migration, secureTenantTables } from '@fanfare/kernel'
import { sql } from 'kysely'

/** Whether a workspace must send nothing, as identity has told last. */
export const workspaceHaltMigration: Migration = {
  name: '017-workspace-halt',
  async up(db) {
    await sql`
      create table delivery.workspace_halt (
        tenant_id uuid primary key,
        halted boolean not null,
        -- Events may come out of order: the one with the highest version counts.
        version integer not null
      )`.execute(db)
    // Until the last batch is gone nothing of a workspace that is erased may be sent.
    await sql`comment on table delivery.workspace_halt is '@erase-last'`.execute(db)
    await secureTenantTables(db, ['delivery.workspace_halt'])
    // The scheduler leaves all halted workspaces out, and so asks for all of them at once.
    await sql`
      create policy halt_schedule on delivery.workspace_halt for select
        using (current_setting('app.delivery_schedule', true) = 'on' and halted)`.execute(db)
  },
}
