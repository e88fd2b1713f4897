import { secureTenantTables } from '@fanfare/kernel'
import { type Kysely, sql } from 'kysely'

export const name = '006-federation'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Who only ever signs in elsewhere has no password.
  await sql`alter table identity.account alter column password_hash drop not null`.execute(db)
  await createPlatformTables(db)
  await createTenantTables(db)
  await secureTenantTables(db, ['identity.sso_connection', 'identity.sso_domain'])
  await createDiscovery(db)
}

/** What a typed address may find before anybody is signed in: the proven owner of exactly this domain. */
async function createDiscovery(db: Kysely<unknown>): Promise<void> {
  await sql`
    create policy discovery on identity.sso_domain for select
    using (verified_at is not null and domain = current_setting('app.sso_domain', true))
  `.execute(db)
  await sql`
    create policy discovery on identity.sso_connection for select using (exists (
      select from identity.sso_domain
      where sso_domain.tenant_id = sso_connection.tenant_id and sso_domain.verified_at is not null
        and sso_domain.domain = current_setting('app.sso_domain', true)
    ))
  `.execute(db)
}

async function createPlatformTables(db: Kysely<unknown>): Promise<void> {
  // `provider` is a vendor's name or `sso:<workspace>`: what one of them says about a subject is no other's word.
  await sql`
    create table identity.external_account (
      id uuid primary key,
      account_id uuid not null references identity.account (id) on delete cascade,
      provider text not null,
      issuer text not null,
      subject text not null check (length(subject) between 1 and 255),
      email text,
      email_verified boolean not null,
      name text,
      picture_url text,
      linked_at timestamptz not null,
      last_used_at timestamptz not null,
      unique (provider, issuer, subject),
      unique (account_id, provider)
    )
  `.execute(db)
  // A sign-in that is away at a provider: deleted when it comes back, so that it comes back once.
  await sql`
    create table identity.sign_in_flow (
      state_hash text primary key,
      browser_hash text not null,
      provider text not null,
      sealed text not null,
      purpose text not null check (purpose in ('sign_in', 'link')),
      account_id uuid references identity.account (id) on delete cascade,
      session_id uuid,
      return_to text not null,
      expires_at timestamptz not null
    )
  `.execute(db)
  await sql`create index sign_in_flow_expiry on identity.sign_in_flow (expires_at)`.execute(db)
  await sql`
    grant select, insert, update, delete on identity.external_account, identity.sign_in_flow to fanfare_app
  `.execute(db)
}

async function createTenantTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table identity.sso_connection (
      tenant_id uuid primary key references identity.workspace (tenant_id) on delete cascade,
      issuer text not null,
      client_id text not null,
      client_secret text not null,
      default_role text not null check (default_role <> 'owner'),
      required boolean not null,
      mfa_counts boolean not null,
      changed_at timestamptz not null
    )
  `.execute(db)
  await sql`
    create table identity.sso_domain (
      tenant_id uuid not null references identity.workspace (tenant_id) on delete cascade,
      id uuid not null,
      domain text not null check (domain = lower(domain)),
      challenge text not null,
      challenged_at timestamptz not null,
      verified_at timestamptz,
      primary key (tenant_id, id),
      unique (tenant_id, domain)
    )
  `.execute(db)
  // A domain speaks for one workspace, whoever else also asks for it.
  await sql`create unique index sso_domain_owner on identity.sso_domain (domain) where verified_at is not null`.execute(
    db,
  )
}
