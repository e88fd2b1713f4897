import { sql } from 'kysely'
import type { Migration } from '../database.ts'

/**
 * What every schema stands on: the role that services' queries run as, and the functions that row security asks. The
 * settings are empty outside a tenant's transaction, so the functions are null then and nothing matches.
 */
export const kernelMigrations: readonly Migration[] = [
  {
    name: '001-tenancy',
    async up(db) {
      // Roles belong to the whole server: another database's start may make or grant it at the same moment.
      await sql`
        do $$ begin
          if not exists (select from pg_roles where rolname = 'fanfare_app') then
            create role fanfare_app nologin;
          end if;
        exception when duplicate_object or unique_violation then null;
        end $$`.execute(db)
      await sql`
        do $$ begin
          if not (select rolsuper from pg_roles where rolname = current_user) then
            execute format('grant fanfare_app to %I', current_user);
          end if;
          execute format('grant temporary on database %I to fanfare_app', current_database());
        end $$`.execute(db)
      await sql`
        create function kernel.tenant_id() returns uuid language sql stable parallel safe
        return nullif(current_setting('app.tenant', true), '')::uuid`.execute(db)
      await sql`
        create function kernel.user_id() returns text language sql stable parallel safe
        return nullif(current_setting('app.user', true), '')`.execute(db)
    },
  },
  {
    name: '002-erasure',
    async up(db) {
      // What keeps rows for ever lets them go only with their whole tenant, and only for the kernel: the services' role may
      // set any setting.
      await sql`
        create function kernel.is_erasing(tenant uuid) returns boolean language sql stable
        return current_setting('app.erasing', true) = tenant::text and current_user <> 'fanfare_app'`.execute(db)
    },
  },
  {
    // Policies that asked for the tenant at every row ask once a statement: `npm run bench -- row-security`.
    name: '003-tenant-once',
    async up(db) {
      await sql`
        do $$ declare policy record; asked text := '(tenant_id = (select kernel.tenant_id()))'; begin
          for policy in
            select polrelid::regclass as relation, polname, polqual is not null as reads, polwithcheck is not null as writes
            from pg_policy
            where '(tenant_id = kernel.tenant_id())' = all (array_remove(
              array[pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)], null))
          loop
            execute format('alter policy %I on %s', policy.polname, policy.relation)
              || case when policy.reads then ' using ' || asked else '' end
              || case when policy.writes then ' with check ' || asked else '' end;
          end loop;
        end $$`.execute(db)
    },
  },
]
