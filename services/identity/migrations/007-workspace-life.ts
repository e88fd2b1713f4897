import { secureTenantTables } from '@fanfare/kernel'
import { type Kysely, sql } from 'kysely'

export const name = '007-workspace-life'

/** What happens to a workspace and its people after it was made. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table identity.workspace
      add column suspended_at timestamptz,
      add column suspended_reason text,
      -- Counts suspensions, deletions and their ends, so that who hears of them late knows which came last.
      add column halt_version integer not null default 0,
      add column deletion_at timestamptz,
      add column deletion_asked_by uuid,
      -- Only what differs from the defaults of the installation; null in it is "without limit".
      add column limits jsonb`.execute(db)
  await createPeopleTables(db)
  await createExportTables(db)
  await secureTenantTables(db, [
    'identity.team',
    'identity.team_member',
    'identity.invitation',
    'identity.transfer',
    'identity.workspace_export',
    'identity.workspace_export_piece',
  ])
  await guardLastOwner(db)
}

async function createPeopleTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table identity.team (
      tenant_id uuid not null references identity.workspace (tenant_id) on delete cascade,
      id uuid not null,
      name text not null,
      created_at timestamptz not null,
      primary key (tenant_id, id)
    )`.execute(db)
  await sql`create unique index team_name on identity.team (tenant_id, lower(name))`.execute(db)
  // Who leaves the workspace leaves its teams.
  await sql`
    create table identity.team_member (
      tenant_id uuid not null,
      team_id uuid not null,
      account_id uuid not null,
      added_at timestamptz not null,
      primary key (tenant_id, team_id, account_id),
      foreign key (tenant_id, team_id) references identity.team (tenant_id, id) on delete cascade,
      foreign key (tenant_id, account_id) references identity.membership (tenant_id, account_id) on delete cascade
    )`.execute(db)
  await sql`create index team_member_account on identity.team_member (tenant_id, account_id)`.execute(db)
  // The link to it is a one-time token that is about this row.
  await sql`
    create table identity.invitation (
      tenant_id uuid not null references identity.workspace (tenant_id) on delete cascade,
      id uuid not null,
      email text not null check (email = lower(email)),
      role text not null check (role in ('owner', 'admin', 'editor', 'viewer')),
      invited_by uuid references identity.account (id) on delete set null,
      created_at timestamptz not null,
      sent_at timestamptz not null,
      expires_at timestamptz not null,
      primary key (tenant_id, id),
      unique (tenant_id, email)
    )`.execute(db)
  // At most one at a time.
  await sql`
    create table identity.transfer (
      tenant_id uuid primary key references identity.workspace (tenant_id) on delete cascade,
      from_account_id uuid not null,
      to_account_id uuid not null,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      foreign key (tenant_id, from_account_id) references identity.membership (tenant_id, account_id) on delete cascade,
      foreign key (tenant_id, to_account_id) references identity.membership (tenant_id, account_id) on delete cascade
    )`.execute(db)
}

/** The file of an export lies in pieces beside it, so that any process can make it and any other hand it out. */
async function createExportTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table identity.workspace_export (
      tenant_id uuid not null references identity.workspace (tenant_id) on delete cascade,
      id uuid not null,
      asked_by uuid not null,
      state text not null check (state in ('waiting', 'running', 'done', 'failed')),
      tables_done integer not null default 0,
      tables_all integer not null default 0,
      rows_written bigint not null default 0,
      bytes bigint not null default 0,
      failure text,
      created_at timestamptz not null,
      finished_at timestamptz,
      expires_at timestamptz not null,
      primary key (tenant_id, id)
    )`.execute(db)
  // Which workspaces have exports that ran out is asked for all of them at once.
  await sql`
    create policy directory on identity.workspace_export for select
      using (current_setting('app.directory', true) = 'on')`.execute(db)
  await sql`create index workspace_export_expiry on identity.workspace_export (expires_at)`.execute(db)
  await sql`create index workspace_deletion on identity.workspace (deletion_at) where deletion_at is not null`.execute(
    db,
  )
  // One at a time in a workspace.
  await sql`
    create unique index workspace_export_open on identity.workspace_export (tenant_id)
      where state in ('waiting', 'running')`.execute(db)
  await sql`
    create table identity.workspace_export_piece (
      tenant_id uuid not null,
      export_id uuid not null,
      number integer not null,
      content bytea not null,
      primary key (tenant_id, export_id, number),
      foreign key (tenant_id, export_id) references identity.workspace_export (tenant_id, id) on delete cascade
    )`.execute(db)
}

/**
 * A workspace that had an owner keeps one. Two owners who leave at the same moment would each still see the other: the lock
 * makes the second wait for the first and then look again.
 */
async function guardLastOwner(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function identity.keep_an_owner() returns trigger language plpgsql as $$
    begin
      perform from identity.workspace where tenant_id = old.tenant_id for no key update;
      if found and not exists (
        select from identity.membership where tenant_id = old.tenant_id and role = 'owner'
      ) and not kernel.is_erasing(old.tenant_id) then
        raise exception 'a workspace keeps an owner'
          using errcode = 'check_violation', constraint = 'membership_last_owner';
      end if;
      return null;
    end $$`.execute(db)
  for (const [trigger, event] of [
    ['membership_owner_stays', 'update of role'],
    ['membership_owner_remains', 'delete'],
  ] as const) {
    await sql`
      create trigger ${sql.ref(trigger)} after ${sql.raw(event)} on identity.membership
      for each row when (old.role = 'owner') execute function identity.keep_an_owner()`.execute(db)
  }
}
