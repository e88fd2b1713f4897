import { secureTenantTables } from '@fanfare/kernel'
import { type Kysely, sql } from 'kysely'

export const name = '001-account'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createPlatformTables(db)
  await createTenantTables(db)
  await secureTenantTables(db, ['identity.workspace', 'identity.membership', 'identity.api_key'])
  await createReadPolicies(db)
}

async function createPlatformTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table identity.account (
      id uuid primary key,
      email text not null unique check (email = lower(email)),
      name text not null,
      password_hash text not null,
      created_at timestamptz not null
    )
  `.execute(db)
  await sql`
    create table identity.session (
      id uuid primary key,
      token_hash text not null unique,
      account_id uuid not null references identity.account (id) on delete cascade,
      created_at timestamptz not null,
      last_seen_at timestamptz not null,
      expires_at timestamptz not null
    )
  `.execute(db)
  await sql`create index session_account on identity.session (account_id)`.execute(db)
  // At most one row: a later start replaces the token of an earlier one.
  await sql`
    create table identity.setup (
      only_row boolean primary key default true check (only_row),
      token_hash text not null,
      created_at timestamptz not null
    )
  `.execute(db)
  await sql`
    grant select, insert, update, delete on identity.account, identity.session, identity.setup to fanfare_app
  `.execute(db)
}

async function createTenantTables(db: Kysely<unknown>): Promise<void> {
  // A workspace is the tenant: its id is the tenant id.
  await sql`
    create table identity.workspace (
      tenant_id uuid primary key,
      name text not null,
      created_at timestamptz not null
    )
  `.execute(db)
  await sql`
    create table identity.membership (
      tenant_id uuid not null references identity.workspace (tenant_id) on delete cascade,
      account_id uuid not null references identity.account (id) on delete cascade,
      role text not null check (role in ('owner', 'admin', 'editor', 'viewer')),
      created_at timestamptz not null,
      primary key (tenant_id, account_id)
    )
  `.execute(db)
  await sql`create index membership_account on identity.membership (account_id)`.execute(db)
  await sql`
    create table identity.api_key (
      tenant_id uuid not null references identity.workspace (tenant_id) on delete cascade,
      id uuid not null,
      name text not null,
      role text not null check (role in ('owner', 'admin', 'editor', 'viewer')),
      prefix text not null,
      hash text not null,
      created_at timestamptz not null,
      last_used_at timestamptz,
      primary key (tenant_id, id),
      unique (tenant_id, hash)
    )
  `.execute(db)
}

/** What may be read without a tenant: one's own memberships and their workspaces, and the directory when it is asked for by name. */
async function createReadPolicies(db: Kysely<unknown>): Promise<void> {
  await sql`
    create policy own on identity.membership for select using (account_id = kernel.user_id()::uuid)
  `.execute(db)
  await sql`
    create policy member on identity.workspace for select using (exists (
      select from identity.membership
      where membership.tenant_id = workspace.tenant_id and membership.account_id = kernel.user_id()::uuid
    ))
  `.execute(db)
  await sql`
    create policy directory on identity.workspace for select using (current_setting('app.directory', true) = 'on')
  `.execute(db)
}
