import { type Kysely, sql } from 'kysely'
import type { Migration } from '../database.ts'
import type { FlagRule } from '../flags.ts'

/** The tables of the schema `kernel_flags`. */
export interface FlagsSchema {
  'kernel_flags.flag': { name: string; percentage: number; tenants: string }
}
type Handle = Kysely<FlagsSchema>

export const flagsMigrations: readonly Migration[] = [
  {
    name: '001-flag',
    up: async (db) => {
      await sql`
        create table kernel_flags.flag (
          name text primary key,
          percentage double precision not null check (percentage between 0 and 100),
          tenants jsonb not null default '{}',
          updated_at timestamptz not null default now()
        )`.execute(db)
      // Rules name tenants: no tenant's transaction may read or change them.
      await sql`alter table kernel_flags.flag enable row level security`.execute(db)
      await sql`alter table kernel_flags.flag force row level security`.execute(db)
      await sql`
        create policy owner_access on kernel_flags.flag to current_user using (true) with check (true)`.execute(db)
    },
  },
]

export async function findRules(db: Handle): Promise<FlagRule[]> {
  const { rows } = await sql<FlagRule>`
    select name, percentage, tenants from kernel_flags.flag order by name
  `.execute(db)
  return rows
}

export async function saveRule(db: Handle, { name, percentage, tenants }: FlagRule): Promise<void> {
  await sql`
    insert into kernel_flags.flag (name, percentage, tenants)
    values (${name}, ${percentage}, ${JSON.stringify(tenants)}::jsonb)
    on conflict (name) do update
      set percentage = excluded.percentage, tenants = excluded.tenants, updated_at = now()
  `.execute(db)
}
