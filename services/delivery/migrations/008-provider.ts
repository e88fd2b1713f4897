import { type Migration, secureTenantTables } from '@fanfare/kernel'
import { sql } from 'kysely'

export const providerMigration: Migration = {
  name: '008-provider',
  async up(db) {
    await sql`
      alter table delivery.sender
        drop constraint sender_kind_check,
        add constraint sender_kind_check check (kind in ('sandbox', 'smtp', 'sendgrid', 'mailgun', 'ses')),
        -- Settings of a provider, which name their kind again; the API key is the sealed password.
        add column provider jsonb,
        -- With which a provider signs its webhooks by a shared secret. Sealed like the password.
        add column signing_key text,
        -- In the order they are tried. An array cannot refer: an id that is gone is passed over.
        add column fallback_sender_ids uuid[] not null default '{}',
        add constraint sender_provider_check
          check ((kind in ('sendgrid', 'mailgun', 'ses')) = (provider is not null)
            and (provider is null or provider ->> 'kind' = kind)),
        add constraint sender_fallback_check check (not id = any (fallback_sender_ids))`.execute(db)
    // Notices of providers that were taken, by their own ids: the same one again changes nothing.
    await sql`
      create table delivery.provider_event (
        tenant_id uuid not null,
        key text not null,
        seen_at timestamptz not null default now(),
        primary key (tenant_id, key)
      )`.execute(db)
    await sql`create index provider_event_seen on delivery.provider_event (tenant_id, seen_at)`.execute(db)
    await secureTenantTables(db, ['delivery.provider_event'])
  },
}
