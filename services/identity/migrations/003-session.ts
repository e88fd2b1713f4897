import { type Kysely, sql } from 'kysely'

export const name = '003-session'

/** Sessions that know how they were opened and from where, and what their tokens, factors and failed tries need. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await extendSessions(db)
  await createTokenTables(db)
  await createFactors(db)
  await createAttempts(db)
  await sql`
    grant select, insert, update, delete
      on identity.refresh_token, identity.signing_key, identity.factor, identity.attempt, identity.known_device
      to fanfare_app
  `.execute(db)
  await sql`grant select on identity.installation to fanfare_app`.execute(db)
}

async function extendSessions(db: Kysely<unknown>): Promise<void> {
  // Only a browser's session has a token of its own; a program's is reached by its refresh tokens.
  await sql`alter table identity.session alter column token_hash drop not null`.execute(db)
  await sql`
    alter table identity.session
      add column address text not null default '',
      add column user_agent text not null default '',
      add column methods text[] not null default '{password}',
      add column partial boolean not null default false,
      add column proven_at timestamptz,
      add column revoked_at timestamptz,
      add column version integer not null default 1
  `.execute(db)
}

async function createTokenTables(db: Kysely<unknown>): Promise<void> {
  // One row a generation; the unique pair lets a generation have one child.
  await sql`
    create table identity.refresh_token (
      token_hash text primary key,
      session_id uuid not null references identity.session (id) on delete cascade,
      generation integer not null,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      spent_at timestamptz,
      spent_by text,
      unique (session_id, generation)
    )
  `.execute(db)
  // The unique number lets two processes that make the next key at once agree on one.
  await sql`
    create table identity.signing_key (
      id text primary key,
      number integer not null unique,
      public_key jsonb not null,
      private_key text not null,
      signs_from timestamptz not null,
      created_at timestamptz not null
    )
  `.execute(db)
  await sql`
    create table identity.installation (
      only_row boolean primary key default true check (only_row),
      id uuid not null default gen_random_uuid()
    )
  `.execute(db)
  await sql`insert into identity.installation default values`.execute(db)
}

async function createFactors(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table identity.factor (
      account_id uuid not null references identity.account (id) on delete cascade,
      id uuid not null,
      kind text not null,
      name text not null,
      secret text,
      credential jsonb,
      confirmed_at timestamptz,
      last_used_at timestamptz,
      created_at timestamptz not null,
      primary key (account_id, id)
    )
  `.execute(db)
}

async function createAttempts(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table identity.attempt (
      scope text not null,
      subject text not null,
      failures integer not null,
      blocked_until timestamptz not null,
      forget_at timestamptz not null,
      primary key (scope, subject)
    )
  `.execute(db)
  await sql`create index attempt_forget on identity.attempt (forget_at)`.execute(db)
  await sql`
    create table identity.known_device (
      account_id uuid not null references identity.account (id) on delete cascade,
      token_hash text not null,
      created_at timestamptz not null,
      last_seen_at timestamptz not null,
      primary key (account_id, token_hash)
    )
  `.execute(db)
}
