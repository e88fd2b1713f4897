import { type Migration, secureTenantTables } from '@fanfare/kernel'
import { sql } from 'kysely'

/** What is heard of messages after they were handed over, and the mailboxes that is read from. */
export const feedbackMigration: Migration = {
  name: '007-feedback',
  async up(db) {
    await sql`alter table delivery.sender add column return_path_domain text not null default ''`.execute(db)
    await createFeedback(db)
    await createMailboxes(db)
    await secureTenantTables(db, ['delivery.feedback', 'delivery.mailbox', 'delivery.mailbox_message'])
    // The poll asks for all tenants at once which mailboxes are due, and may read nothing else of them.
    await sql`
      create policy mailbox_schedule on delivery.mailbox for select
        using (current_setting('app.delivery_mailboxes', true) = 'on' and active)`.execute(db)
  },
}

type Db = Parameters<Migration['up']>[0]

async function createFeedback(db: Db): Promise<void> {
  await sql`
    create table delivery.feedback (
      tenant_id uuid not null,
      id uuid not null,
      -- The same for the same notice: a notice that comes again is no row again.
      key text not null check (length(key) <= 200),
      delivery_id uuid not null,
      campaign_id uuid,
      variant_id uuid,
      contact_id uuid,
      sender_id uuid not null,
      destination text not null,
      email text not null,
      kind text not null check (kind in (
        'delivered', 'delayed', 'bounced', 'complained', 'unsubscribed', 'replied', 'auto_replied'
      )),
      hard boolean not null check (not hard or kind = 'bounced'),
      -- Of its kind the first of this delivery: what counters count.
      first boolean not null,
      reason text,
      status text,
      text text not null check (length(text) <= 500),
      source text not null,
      at timestamptz not null,
      primary key (tenant_id, id)
    )`.execute(db)
  await sql`create unique index feedback_key on delivery.feedback (tenant_id, key)`.execute(db)
  await sql`create index feedback_delivery on delivery.feedback (tenant_id, delivery_id, kind)`.execute(db)
  await sql`
    create index feedback_campaign on delivery.feedback (tenant_id, campaign_id, kind, hard)
      where first and campaign_id is not null`.execute(db)
  // The run of soft bounces of one person, and the views of a time span.
  await sql`
    create index feedback_contact on delivery.feedback (tenant_id, contact_id, at) where contact_id is not null`.execute(
    db,
  )
  await sql`create index feedback_at on delivery.feedback (tenant_id, at)`.execute(db)
}

async function createMailboxes(db: Db): Promise<void> {
  await sql`
    create table delivery.mailbox (
      tenant_id uuid not null,
      id uuid not null,
      name text not null,
      protocol text not null check (protocol in ('imap', 'pop3')),
      host text not null,
      port int not null,
      tls text not null check (tls in ('required', 'implicit', 'none')),
      username text not null,
      -- Sealed.
      password text not null,
      folder text not null default 'INBOX',
      -- Whether messages are removed from the server once they are handled.
      remove_handled boolean not null,
      active boolean not null default true,
      every_seconds int not null,
      due_at timestamptz not null default now(),
      -- IMAP: below this UID of this UIDVALIDITY (RFC 3501 §2.3.1.1) everything is handled.
      uid_validity text,
      next_uid bigint not null default 1,
      polled_at timestamptz,
      -- Why the last poll failed; null when it did not.
      trouble text,
      trouble_count int not null default 0,
      handled int not null default 0,
      unmatched int not null default 0,
      broken int not null default 0,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id)
    )`.execute(db)
  await sql`create unique index mailbox_name on delivery.mailbox (tenant_id, lower(name))`.execute(db)
  await sql`create index mailbox_due on delivery.mailbox (due_at) where active`.execute(db)
  await sql`
    create table delivery.mailbox_message (
      tenant_id uuid not null,
      mailbox_id uuid not null,
      -- The server's own name of the message: UIDVALIDITY and UID, or UIDL.
      key text not null,
      state text not null check (state in ('handled', 'unmatched', 'broken')),
      kind text,
      subject text not null,
      sender text not null,
      failure text,
      -- Of a broken one, its first 256 kB.
      source bytea,
      at timestamptz not null,
      primary key (tenant_id, mailbox_id, key),
      foreign key (tenant_id, mailbox_id) references delivery.mailbox (tenant_id, id) on delete cascade
    )`.execute(db)
}
