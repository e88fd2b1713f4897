import { secureTenantTables } from '@fanfare/kernel'
import { type Kysely, sql } from 'kysely'

export const name = '008-audit'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createArrivals(db)
  await createTrail(db)
  await secureTenantTables(db, ['identity.audit_arrival', 'identity.audit'])
  await sql`revoke update on identity.audit_arrival from fanfare_app`.execute(db)
  await sql`revoke update, delete on identity.audit from fanfare_app`.execute(db)
  await createArrivalPolicies(db)
  await refuseChanges(db)
}

/**
 * Entries that wait for their place in the chain. Those that belong to no workspace (signing in, a new password) carry the
 * tenant of the installation, all zeros. The generated column lets a workspace take its rows along when it goes.
 */
async function createArrivals(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table identity.audit_arrival (
      tenant_id uuid not null,
      workspace_id uuid generated always as (nullif(tenant_id, '00000000-0000-0000-0000-000000000000')) stored
        references identity.workspace (tenant_id) on delete cascade,
      id uuid not null,
      occurred_at timestamptz not null,
      entry jsonb not null,
      primary key (tenant_id, id)
    )
  `.execute(db)
  await sql`create index audit_arrival_workspace on identity.audit_arrival (workspace_id)`.execute(db)
}

async function createTrail(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table identity.audit (
      tenant_id uuid not null,
      workspace_id uuid generated always as (nullif(tenant_id, '00000000-0000-0000-0000-000000000000')) stored
        references identity.workspace (tenant_id) on delete cascade,
      sequence bigint not null check (sequence > 0),
      id uuid not null,
      occurred_at timestamptz not null,
      recorded_at timestamptz not null,
      action text not null,
      actor_kind text not null,
      actor_id text,
      actor_name text,
      target_kind text,
      target_id text,
      target_name text,
      address text,
      user_agent text,
      operation text,
      request_id text,
      before jsonb,
      after jsonb,
      previous_hash text not null,
      hash text not null,
      primary key (tenant_id, sequence),
      unique (tenant_id, id)
    )
  `.execute(db)
  await sql`create index audit_workspace on identity.audit (workspace_id)`.execute(db)
  await sql`create index audit_actor on identity.audit (tenant_id, actor_id, sequence)`.execute(db)
  await sql`create index audit_actor_name on identity.audit (tenant_id, actor_name, sequence)`.execute(db)
  await sql`create index audit_target on identity.audit (tenant_id, target_id, sequence)`.execute(db)
  await sql`create index audit_target_name on identity.audit (tenant_id, target_name, sequence)`.execute(db)
  await sql`create index audit_action on identity.audit (tenant_id, action text_pattern_ops, sequence)`.execute(db)
  await sql`create index audit_time on identity.audit (tenant_id, occurred_at)`.execute(db)
}

/** Whoever changes an account leaves an entry, in whatever workspace; who waits is read in one question by the appender. */
async function createArrivalPolicies(db: Kysely<unknown>): Promise<void> {
  await sql`
    create policy installation on identity.audit_arrival for insert
      with check (tenant_id = '00000000-0000-0000-0000-000000000000')
  `.execute(db)
  await sql`
    create policy directory on identity.audit_arrival for select
      using (current_setting('app.directory', true) = 'on')
  `.execute(db)
}

/**
 * Nobody changes or takes out an entry, the owner of the table included; a workspace that is deleted takes its trail along.
 * Row security hides other tenants' workspaces, so the tenant must be the transaction's: a row that only looks as if its
 * workspace were gone stays.
 */
async function refuseChanges(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function identity.refuse_audit_change() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' and old.workspace_id is not null and kernel.tenant_id() = old.tenant_id
        and not exists (select from identity.workspace where tenant_id = old.tenant_id)
      then
        return old;
      end if;
      raise exception 'the audit trail takes no %', lower(tg_op) using errcode = 'insufficient_privilege';
    end $$
  `.execute(db)
  await sql`
    create trigger audit_kept before update or delete on identity.audit
      for each row execute function identity.refuse_audit_change()
  `.execute(db)
  await sql`
    create trigger audit_whole before truncate on identity.audit
      for each statement execute function identity.refuse_audit_change()
  `.execute(db)
}
