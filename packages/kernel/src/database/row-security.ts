import { type Kysely, sql } from 'kysely'

export interface SecureTablesOptions {
  /** Also lets the tables' owner see every tenant's rows: for the kernel's dispatchers, never for a service. */
  owner?: boolean
}

/**
 * Puts tables that have a `tenant_id` under row security: rows of the transaction's tenant only, for reading and for
 * writing, for every role that has no `bypassrls`, the owner included. Ends a migration that makes such tables.
 *
 * @param tables named with their schema
 * @example await secureTenantTables(db, ['audience.contact', 'audience.list'])
 */
export async function secureTenantTables(
  // biome-ignore lint/suspicious/noExplicitAny: a migration runs before the schema it makes has a type
  db: Kysely<any>,
  tables: readonly string[],
  options: SecureTablesOptions = {},
): Promise<void> {
  for (const name of tables) {
    const table = sql.table(name)
    await sql`alter table ${table} enable row level security`.execute(db)
    await sql`alter table ${table} force row level security`.execute(db)
    // The sub-select is evaluated once a statement; the function alone, once a row of every scan.
    await sql`
      create policy tenant_isolation on ${table}
      using (tenant_id = (select kernel.tenant_id())) with check (tenant_id = (select kernel.tenant_id()))`.execute(db)
    if (options.owner) {
      await sql`create policy owner_access on ${table} to current_user using (true) with check (true)`.execute(db)
    }
    await sql`grant select, insert, update, delete on ${table} to fanfare_app`.execute(db)
  }
}
