import { type Kysely, sql } from 'kysely'

export const name = '005-factor'

/** What each kind of factor keeps, what is needed to use them once, and the workspaces that want one of everybody. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await extendFactors(db)
  await createOneTimeThings(db)
  await sql`
    grant select, insert, update, delete
      on identity.recovery_code, identity.factor_code, identity.passkey_challenge to fanfare_app
  `.execute(db)
  await sql`alter table identity.workspace add column needs_second_factor boolean not null default false`.execute(db)
}

async function extendFactors(db: Kysely<unknown>): Promise<void> {
  // Nothing wrote factors before.
  await sql`delete from identity.factor`.execute(db)
  await sql`
    alter table identity.factor
      drop column secret,
      drop column credential,
      add check (kind in ('totp', 'passkey', 'email', 'sms')),
      add column sealed text check ((kind in ('totp', 'sms')) = (sealed is not null)),
      add column last_step bigint,
      add column credential_id text unique check ((kind = 'passkey') = (credential_id is not null)),
      add column public_key bytea check ((kind = 'passkey') = (public_key is not null)),
      add column counter bigint not null default 0,
      add column transports text[] not null default '{}'
  `.execute(db)
  // Codes are sent by kind, so there is one address and one number; authenticator apps and passkeys can be many.
  await sql`
    create unique index factor_one_of_kind on identity.factor (account_id, kind) where kind in ('email', 'sms')
  `.execute(db)
}

async function createOneTimeThings(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table identity.recovery_code (
      account_id uuid not null references identity.account (id) on delete cascade,
      salt text not null,
      hash text not null,
      created_at timestamptz not null,
      primary key (account_id, hash)
    )
  `.execute(db)
  // The row outlives its code (hash null), because it also counts how many were sent within the hour.
  await sql`
    create table identity.factor_code (
      account_id uuid not null references identity.account (id) on delete cascade,
      channel text not null check (channel in ('email', 'sms')),
      purpose text not null check (purpose in ('enrolment', 'proof')),
      hash text,
      tries_left integer not null,
      sent_at timestamptz not null,
      expires_at timestamptz not null,
      hour_since timestamptz not null,
      sent_in_hour integer not null,
      primary key (account_id, channel, purpose)
    )
  `.execute(db)
  await sql`
    create table identity.passkey_challenge (
      challenge text primary key,
      purpose text not null check (purpose in ('registration', 'proof', 'sign_in')),
      session_id uuid check ((purpose = 'sign_in') = (session_id is null)),
      expires_at timestamptz not null
    )
  `.execute(db)
  await sql`create index passkey_challenge_expiry on identity.passkey_challenge (expires_at)`.execute(db)
}
