import { secureTenantTables } from '@fanfare/kernel'
import { type Kysely, sql } from 'kysely'

export const name = '001-crew'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table ai.brand (
      tenant_id uuid primary key,
      brand jsonb not null,
      updated_at timestamptz not null
    )
  `.execute(db)
  // The brand is copied into the run: a change of it while the crew works changes nothing half-way.
  await sql`
    create table ai.crew_run (
      tenant_id uuid not null,
      id uuid not null,
      state text not null check (state in ('waiting', 'running', 'done', 'failed', 'stopped')),
      brief jsonb not null,
      brand jsonb not null,
      strategy jsonb,
      copies jsonb not null default '[]',
      variants jsonb not null default '[]',
      verdicts jsonb not null default '[]',
      failure text,
      created_at timestamptz not null,
      finished_at timestamptz,
      primary key (tenant_id, id)
    )
  `.execute(db)
  await sql`
    create table ai.crew_step (
      tenant_id uuid not null,
      run_id uuid not null,
      step text not null check (step in ('strategist', 'copywriter', 'critic', 'compliance')),
      state text not null check (state in ('waiting', 'running', 'done', 'failed')),
      by text,
      text text not null default '',
      input_tokens integer not null default 0,
      output_tokens integer not null default 0,
      cost_usd double precision,
      started_at timestamptz,
      finished_at timestamptz,
      primary key (tenant_id, run_id, step),
      foreign key (tenant_id, run_id) references ai.crew_run (tenant_id, id) on delete cascade
    )
  `.execute(db)
  await secureTenantTables(db, ['ai.brand', 'ai.crew_run', 'ai.crew_step'])
}
