import type { Database } from '../database.ts'
import { internalsOf } from './internals.ts'

/** A table with rows of tenants, as the catalogue has it. */
export interface TenantTable {
  /** Quoted, with its schema. */
  readonly name: string
  readonly schema: string
  /** Quoted; without generated ones and secrets. */
  readonly columns: readonly string[]
  /** What follows `tenant_id` in the primary key. */
  readonly key: readonly { readonly name: string; readonly type: string }[]
  /** Holds files or messages in whole: few rows fill memory. */
  readonly isHeavy: boolean
  /** `@erase-last` stands in its comment: what must hold until all else of the tenant is gone. */
  readonly erasedLast: boolean
}

/**
 * Every table with a `tenant_id`, those that others refer to after those: the order in which rows can be deleted. A new table
 * is among them without anybody's doing. Left out of the columns is what opens something: by its name, or by `@secret` in
 * its comment.
 */
export async function listTenantTables(db: Database): Promise<readonly TenantTable[]> {
  const door = internalsOf(db)
  const { rows } = await door.query<TenantTable & { id: number }>(tablesQuery)
  const { rows: references } = await door.query<{ child: number; parent: number }>(referencesQuery)
  return inOrder(rows, references).map(({ id: _, ...table }) => table)
}

/** Kahn's algorithm; tables of a circle, of which there should be none, come at the end as they are. */
function inOrder<T extends { readonly id: number; readonly erasedLast: boolean }>(
  tables: readonly T[],
  references: readonly { readonly child: number; readonly parent: number }[],
): T[] {
  const ordered: T[] = []
  let left = [...tables]
  for (;;) {
    const ids = new Set(left.map(({ id }) => id))
    const held = new Set(references.filter(({ child }) => ids.has(child)).map(({ parent }) => parent))
    const free = left.filter(({ id }) => !held.has(id))
    if (free.length === 0) break
    ordered.push(...free)
    left = left.filter((table) => !free.includes(table))
  }
  const all = [...ordered, ...left]
  return [...all.filter(({ erasedLast }) => !erasedLast), ...all.filter(({ erasedLast }) => erasedLast)]
}

const secretNames =
  '(^|_)(hash|secret|password|token|private_key|signing_key|sealed|ciphertext|credential|recovery|verifier)($|_)'

const tablesQuery = `
  select
    c.oid::int as id,
    n.nspname as schema,
    format('%I.%I', n.nspname, c.relname) as name,
    coalesce(obj_description(c.oid, 'pg_class') ~ '@erase-last', false) as "erasedLast",
    (select array_agg(quote_ident(a.attname) order by a.attnum) from pg_attribute a
     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
       and a.attname !~ '${secretNames}'
       and not coalesce(col_description(c.oid, a.attnum) ~ '@secret', false)) as columns,
    exists (
      select from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        and a.atttypid = 'bytea'::regtype
    ) as "isHeavy",
    coalesce((
      select json_agg(json_build_object('name', quote_ident(a.attname), 'type', format_type(a.atttypid, a.atttypmod))
        order by k.place)
      from pg_index i
      cross join lateral unnest(i.indkey::smallint[]) with ordinality as k (number, place)
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number
      where i.indrelid = c.oid and i.indisprimary and a.attname <> 'tenant_id'
    ), '[]') as key
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
    and exists (
      select from pg_attribute t
      where t.attrelid = c.oid and t.attname = 'tenant_id' and t.attnum > 0 and not t.attisdropped
    )
  order by 3`

const referencesQuery = `
  select conrelid::int as child, confrelid::int as parent from pg_constraint
  where contype = 'f' and conrelid <> confrelid`
