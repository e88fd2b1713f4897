import { secureTenantTables } from '@fanfare/kernel'
import { type Kysely, sql } from 'kysely'

export const name = '010-white-label'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createTables(db)
  await secureTenantTables(db, ['identity.appearance', 'identity.picture', 'identity.domain'])
  await createReadPolicies(db)
}

async function createTables(db: Kysely<unknown>): Promise<void> {
  // The installation's own look hangs on the tenant that no workspace can have; the rest goes with its workspace.
  const workspace = sql`
    workspace_id uuid generated always as (nullif(tenant_id, '00000000-0000-0000-0000-000000000000')) stored
      references identity.workspace (tenant_id) on delete cascade
  `
  // A null is taken from the installation, and there from the product.
  await sql`
    create table identity.appearance (
      tenant_id uuid primary key,
      ${workspace},
      product_name text,
      accent text check (accent ~ '^#[0-9a-f]{6}$'),
      accent_dark text check (accent_dark ~ '^#[0-9a-f]{6}$'),
      logo text,
      logo_dark text,
      icon text,
      sender_name text,
      sender_address text,
      updated_at timestamptz not null
    )
  `.execute(db)
  await sql`
    create table identity.picture (
      tenant_id uuid not null,
      ${workspace},
      key text not null unique,
      kind text not null check (kind in ('logo', 'logoDark', 'icon')),
      bytes bytea not null,
      width integer not null,
      height integer not null,
      created_at timestamptz not null,
      primary key (tenant_id, key)
    )
  `.execute(db)
  await sql`
    create table identity.domain (
      tenant_id uuid not null,
      ${workspace},
      purpose text not null check (purpose in ('site', 'sender')),
      domain text not null check (domain = lower(domain)),
      nonce text not null,
      created_at timestamptz not null,
      checked_at timestamptz,
      proven_at timestamptz,
      lost_since timestamptz,
      leads_here boolean not null default false,
      primary key (tenant_id, purpose)
    )
  `.execute(db)
  // Of workspaces that prove a site at the same time one gets it. Only who controls its DNS comes to know that it is taken.
  await sql`
    create unique index domain_site on identity.domain (domain) where purpose = 'site' and proven_at is not null
  `.execute(db)
}

/** The installation's look for everybody, a picture for whoever has its random key, and proven domains when they are asked for by name. */
async function createReadPolicies(db: Kysely<unknown>): Promise<void> {
  await sql`
    create policy installation on identity.appearance for select
      using (tenant_id = '00000000-0000-0000-0000-000000000000')
  `.execute(db)
  await sql`
    create policy by_key on identity.picture for select using (key = current_setting('app.identity_picture', true))
  `.execute(db)
  await sql`
    create policy proven on identity.domain for select
      using (current_setting('app.identity_domains', true) = 'on' and proven_at is not null)
  `.execute(db)
}
