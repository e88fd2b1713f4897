import type { Database } from '../database.ts'
import { internalsOf } from './internals.ts'

export interface UnsecuredTable {
  /** With its schema. */
  readonly table: string
  readonly reason: string
}

/**
 * Looks through the catalogue for tables and views of tenants' rows that would show one tenant's to another; empty when all
 * are safe. A guard for tests and `doctor`.
 */
export async function unsecuredTables(db: Database): Promise<readonly UnsecuredTable[]> {
  const { rows } = await internalsOf(db).query<UnsecuredTable>(unsecuredQuery)
  return rows
}

/** What the catalogue says of the ways around row security. A test compares it with what it knows of. */
export interface TenancyCatalogue {
  readonly tenantTables: readonly string[]
  /** Tables of services that have no tenant; those of the kernel's queue are pg-boss's own. */
  readonly otherTables: readonly string[]
  /** Tables whose rows may have no tenant: a row of nobody is soon read as one of everybody. */
  readonly ownerlessTables: readonly string[]
  /** Policies that let the services' role read rows of no tenant or of several, as `schema.table policy`. */
  readonly widePolicies: readonly string[]
  /** Unique indexes and foreign keys of tenants' tables that leave out the tenant: by a clash one tenant learns of another's row. */
  readonly keysWithoutTenant: readonly string[]
  /** Functions that run as their owner, with their pinned `search_path` or `no search_path`. */
  readonly definerFunctions: readonly string[]
  /** Each thing that the role of the services' queries is and must not be: owner, superuser, exempt, a member of another role. */
  readonly roleFaults: readonly string[]
}

export async function readTenancyCatalogue(db: Database): Promise<TenancyCatalogue> {
  const { query } = internalsOf(db)
  const lines = async (text: string) => (await query<{ line: string }>(text)).rows.map(({ line }) => line)
  return {
    tenantTables: await lines(`${tables} select name as line from t where tenant is not null order by 1`),
    otherTables: await lines(
      `${tables} select name as line from t where tenant is null and schema <> 'kernel_jobs' and name not like '%.migration' order by 1`,
    ),
    ownerlessTables: await lines(
      `${tables} select name as line from t where tenant is not null and not filled order by 1`,
    ),
    widePolicies: await lines(widePolicyQuery),
    keysWithoutTenant: await lines(keyQuery),
    definerFunctions: await lines(definerQuery),
    roleFaults: await lines(roleQuery),
  }
}

/** All tables of ours, with the number of their column `tenant_id`. */
const tables = `
  with t as (
    select c.oid, n.nspname as schema, n.nspname || '.' || c.relname as name, c.relowner, (
      select a.attnum from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    ) as tenant, exists (
      select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnotnull
    ) as filled
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and c.relpersistence <> 't' and n.nspname not in ('pg_catalog', 'information_schema')
  )`

/** Whether a policy is one that the services' role comes under. */
const isOurs = `(0 = any (p.polroles) or 'fanfare_app'::regrole = any (p.polroles))`
const isTenants = (expression: string) =>
  `pg_get_expr(${expression}, p.polrelid) ~ '^\\(tenant_id = .*kernel\\.tenant_id\\(\\)'`

/** What may be done to rows, by the letters of pg_policy.polcmd, and what a policy must hold for it. */
const commands = `(values
  ('r', 'select', true, false), ('a', 'insert', false, true), ('w', 'update', true, true), ('d', 'delete', true, false)
) as command (letter, word, reads, writes)`

const unsecuredQuery = `
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
        else coalesce((
          select 'no policy keeps ' || command.word || ' to the tenant by ' || case
            when reads and writes then 'both using and with check' when reads then 'using' else 'with check' end
          from ${commands} where not exists (
            select from pg_policy p
            where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('*', command.letter) and ${isOurs}
              and (not reads or ${isTenants('p.polqual')}) and (not writes or ${isTenants('p.polwithcheck')})
          ) and (
            -- What only the kernel does as the owner is let through for nobody else.
            not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'owner_access')
            or exists (
              select from pg_policy p
              where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('*', command.letter) and ${isOurs}
            )
          ) limit 1
        ), case when exists (
          select from pg_policy p
          where p.polrelid = c.oid and p.polpermissive and ${isOurs}
            and 'true' in (pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
        ) then 'a policy lets every row through' end)
      end as reason
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f')
      and c.relpersistence <> 't'
      and n.nspname not in ('pg_catalog', 'information_schema')
      and (
        exists (
          select from pg_attribute a
          where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnum > 0 and not a.attisdropped
        )
        -- A view may show a tenant's rows without saying whose they are.
        or exists (
          select from pg_rewrite r
          join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
          join pg_attribute a on a.attrelid = d.refobjid and a.attname = 'tenant_id' and not a.attisdropped
          where r.ev_class = c.oid and d.refclassid = 'pg_class'::regclass and d.refobjid <> c.oid
        )
      )
  ) t
  where t.reason is not null
  order by t.name`

/** Besides the tenant's own: what the services' role may read, or write, by other means than the tenant. */
const widePolicyQuery = `
  ${tables}
  select t.name || ' ' || p.polname as line
  from pg_policy p join t on t.oid = p.polrelid
  where t.tenant is not null and p.polpermissive and ${isOurs}
    and not (coalesce(${isTenants('p.polqual')}, true) and coalesce(${isTenants('p.polwithcheck')}, true))
  order by 1`

const keyQuery = `
  ${tables}
  select 'unique ' || i.indexrelid::regclass::text as line
  from pg_index i join t on t.oid = i.indrelid
  where t.tenant is not null and i.indisunique and not t.tenant = any (i.indkey::int2[])
  union all
  select 'foreign ' || t.name || ' ' || k.conname
  from pg_constraint k join t on t.oid = k.conrelid join t as other on other.oid = k.confrelid
  where k.contype = 'f' and t.tenant is not null and other.tenant is not null
    and coalesce(k.confkey[array_position(k.conkey, t.tenant)] <> other.tenant, true)
  order by 1`

const definerQuery = `
  select p.oid::regprocedure::text || ' ' || coalesce((
    select setting from unnest(p.proconfig) as setting where setting like 'search_path=%'
  ), 'no search_path') as line
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema')
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
  order by 1`

const roleQuery = `
  ${tables}
  select 'is a superuser' as line from pg_roles where rolname = 'fanfare_app' and rolsuper
  union all
  select 'passes row security' from pg_roles where rolname = 'fanfare_app' and rolbypassrls
  union all
  select 'may make roles or databases' from pg_roles where rolname = 'fanfare_app' and (rolcreaterole or rolcreatedb)
  union all
  select 'may sign in' from pg_roles where rolname = 'fanfare_app' and rolcanlogin
  union all
  select 'owns ' || t.name from t where t.relowner = 'fanfare_app'::regrole
  union all
  select 'is a member of ' || roleid::regrole::text from pg_auth_members where member = 'fanfare_app'::regrole
  order by 1`
