import { type Kysely, sql } from 'kysely'
import type { Database } from '../database.ts'
import { internalsOf } from './internals.ts'

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
    await sql`
      create policy tenant_isolation on ${table}
      using (tenant_id = kernel.tenant_id()) with check (tenant_id = kernel.tenant_id())`.execute(db)
    if (options.owner) {
      await sql`create policy owner_access on ${table} to current_user using (true) with check (true)`.execute(db)
    }
    await sql`grant select, insert, update, delete on ${table} to fanfare_app`.execute(db)
  }
}

export interface UnsecuredTable {
  /** With its schema. */
  readonly table: string
  readonly reason: string
}

/**
 * Looks through the catalogue for tables and views with a column `tenant_id` that would show one tenant's rows to another;
 * empty when all are safe. A guard for tests and `doctor`.
 */
export async function unsecuredTables(db: Database): Promise<readonly UnsecuredTable[]> {
  const { rows } = await internalsOf(db).query<UnsecuredTable>(catalogueQuery)
  return rows
}

const catalogueQuery = `
  select t.name as table, t.reason from (
    select
      n.nspname || '.' || c.relname as name,
      case
        when c.relkind = 'm' then 'is a materialized view: it has no row security'
        when c.relkind = 'v' and not coalesce(
          c.reloptions && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false)
          then 'is a view without security_invoker: it reads as its owner'
        when c.relkind = 'v' then null
        when not c.relrowsecurity then 'row security is not enabled'
        when not c.relforcerowsecurity then 'row security is not forced: the owner passes it'
        when not exists (
          select from pg_policy p
          where p.polrelid = c.oid and p.polqual is not null and p.polwithcheck is not null
        ) then 'no policy has both using and with check'
        when exists (
          select from pg_policy p
          where p.polrelid = c.oid and p.polpermissive
            and (0 = any (p.polroles) or 'fanfare_app'::regrole = any (p.polroles))
            and 'true' in (pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
        ) then 'a policy lets every row through'
      end as reason
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f')
      and c.relpersistence <> 't'
      and n.nspname not in ('pg_catalog', 'information_schema')
      and exists (
        select from pg_attribute a
        where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnum > 0 and not a.attisdropped
      )
  ) t
  where t.reason is not null
  order by t.name`
