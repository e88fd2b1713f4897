import { secureTenantTables } from '@fanfare/kernel'
import { type Kysely, sql } from 'kysely'

export const name = '001-contact'

/**
 * There are no foreign keys between the tables that grow with the audience: a check a row would cost an import more than
 * the row itself. Deleting a contact or a list takes its rows along in one transaction, and reads join what exists.
 *
 * Tags are rows, not an array: row security keeps operators that are not leakproof (`@>` on arrays and JSON) away from
 * indexes, so a GIN index would never be used: https://www.postgresql.org/docs/current/rules-privileges.html
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createContactTables(db)
  await createMembershipTables(db)
  await createDefinitionTables(db)
  await createSafeguardTables(db)
  await createImportTables(db)
  await secureTenantTables(db, [
    'audience.contact',
    'audience.contact_tag',
    'audience.list_member',
    'audience.engagement',
    'audience.field',
    'audience.list',
    'audience.segment',
    'audience.suppression',
    'audience.consent_event',
    'audience.import',
    'audience.import_reject',
  ])
  await keepConsentEvents(db)
}

/** The ledger of consent takes new events only, from whichever role. */
async function keepConsentEvents(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function audience.refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception 'the ledger of consent takes new events only' using errcode = 'insufficient_privilege';
    end $$
  `.execute(db)
  await sql`
    create trigger consent_event_is_kept before update or delete on audience.consent_event
    for each statement execute function audience.refuse_change()
  `.execute(db)
}

async function createContactTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audience.contact (
      tenant_id uuid not null,
      id uuid not null,
      email text not null,
      email_key text collate "C" not null,
      first_name text not null,
      last_name text not null,
      fields jsonb not null,
      status text not null check (status in ('subscribed', 'unsubscribed', 'bounced', 'complained')),
      consent_basis text not null check (consent_basis in ('opt_in', 'customer', 'legitimate_interest', 'none')),
      consent_at timestamptz not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (tenant_id, id),
      unique (tenant_id, email_key)
    )
  `.execute(db)
  // Few contacts are not subscribed, so this stays small and answers rules about status.
  await sql`
    create index contact_status on audience.contact (tenant_id, status) where status <> 'subscribed'
  `.execute(db)
  await sql`
    create table audience.engagement (
      tenant_id uuid not null,
      contact_id uuid not null,
      campaign_id uuid not null,
      sent_at timestamptz,
      opened_at timestamptz,
      clicked_at timestamptz,
      primary key (tenant_id, contact_id, campaign_id)
    )
  `.execute(db)
  await sql`create index engagement_campaign on audience.engagement (tenant_id, campaign_id, contact_id)`.execute(db)
  for (const action of ['sent_at', 'opened_at', 'clicked_at']) {
    await sql`
      create index ${sql.raw(`engagement_${action}`)} on audience.engagement (tenant_id, ${sql.raw(action)})
      where ${sql.raw(action)} is not null
    `.execute(db)
  }
}

async function createMembershipTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audience.contact_tag (
      tenant_id uuid not null,
      tag text collate "C" not null,
      contact_id uuid not null,
      primary key (tenant_id, tag, contact_id)
    )
  `.execute(db)
  await sql`create index contact_tag_contact on audience.contact_tag (tenant_id, contact_id)`.execute(db)
  // left_at: the person chose to leave; nobody but the person undoes that.
  await sql`
    create table audience.list_member (
      tenant_id uuid not null,
      list_id uuid not null,
      contact_id uuid not null,
      added_at timestamptz not null,
      left_at timestamptz,
      primary key (tenant_id, list_id, contact_id)
    )
  `.execute(db)
  await sql`create index list_member_contact on audience.list_member (tenant_id, contact_id)`.execute(db)
}

async function createDefinitionTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audience.field (
      tenant_id uuid not null,
      key text collate "C" not null,
      label text not null,
      type text not null check (type in ('text', 'number', 'date', 'yes_no')),
      created_at timestamptz not null,
      primary key (tenant_id, key)
    )
  `.execute(db)
  await sql`
    create table audience.list (
      tenant_id uuid not null,
      id uuid not null,
      name text not null,
      description text not null,
      created_at timestamptz not null,
      primary key (tenant_id, id),
      unique (tenant_id, name)
    )
  `.execute(db)
  await sql`
    create table audience.segment (
      tenant_id uuid not null,
      id uuid not null,
      name text not null,
      rules jsonb not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (tenant_id, id)
    )
  `.execute(db)
}

async function createSafeguardTables(db: Kysely<unknown>): Promise<void> {
  // By address, not by contact: it outlives the contact.
  await sql`
    create table audience.suppression (
      tenant_id uuid not null,
      id uuid not null,
      email text not null,
      email_key text collate "C" not null,
      reason text not null check (reason in ('unsubscribed', 'hard_bounce', 'complaint', 'manual', 'import')),
      note text not null,
      created_at timestamptz not null,
      primary key (tenant_id, id),
      unique (tenant_id, email_key)
    )
  `.execute(db)
  // The key makes writing the same event again a no-op.
  await sql`
    create table audience.consent_event (
      tenant_id uuid not null,
      contact_id uuid not null,
      at timestamptz not null,
      action text not null check (action in ('given', 'changed', 'withdrawn', 'left_list', 'joined_list', 'lifted')),
      basis text,
      source text not null,
      primary key (tenant_id, contact_id, at, action, source)
    )
  `.execute(db)
}

async function createImportTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audience.import (
      tenant_id uuid not null,
      id uuid not null,
      file_name text not null,
      bytes bigint not null,
      state text not null check (state in ('uploaded', 'running', 'done', 'failed', 'cancelled')),
      source text not null,
      dialect jsonb not null,
      columns jsonb not null,
      plan jsonb,
      text_bytes bigint not null,
      cursor_bytes bigint not null,
      cursor_row integer not null,
      rows_read integer not null default 0,
      created integer not null default 0,
      updated integer not null default 0,
      rejected integer not null default 0,
      failure text,
      created_at timestamptz not null,
      started_at timestamptz,
      finished_at timestamptz,
      primary key (tenant_id, id)
    )
  `.execute(db)
  await sql`
    create table audience.import_reject (
      tenant_id uuid not null,
      import_id uuid not null,
      row_number integer not null,
      reason text not null,
      columns jsonb not null,
      primary key (tenant_id, import_id, row_number)
    )
  `.execute(db)
}
