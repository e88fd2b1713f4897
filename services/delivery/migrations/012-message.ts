import { type Migration, secureTenantTables } from '@fanfare/kernel'
import { sql } from 'kysely'

/**
 * Messages by the API. An order is one call: its content once, however many recipients it has. Each recipient is a delivery
 * of the sender's transactional dispatch, whose `variant_id` names the order.
 */
export const messageMigration: Migration = {
  name: '012-message',
  async up(db) {
    await sql`
      create table delivery.message (
        tenant_id uuid not null,
        id uuid not null,
        dispatch_id uuid not null,
        sender_id uuid not null,
        created_at timestamptz not null default now(),
        send_at timestamptz,
        -- The email it was made from; null for one whose texts came with the call.
        email_id uuid,
        -- Frozen as Mustache, links and pixel as placeholders.
        subject text not null,
        html text not null,
        text text not null,
        -- In the order of the call: the delivery of each, and the values that are merged.
        recipients jsonb not null,
        headers jsonb not null,
        reply_to text not null,
        tags text[] not null,
        metadata jsonb not null,
        -- Whose call it was and its Idempotency-Key, with a digest of what it asked: a repeated call finds its answer here.
        request_key text,
        request_digest text,
        primary key (tenant_id, id),
        foreign key (tenant_id, dispatch_id) references delivery.dispatch (tenant_id, id) on delete cascade,
        check ((request_key is null) = (request_digest is null))
      )`.execute(db)
    await sql`
      create unique index message_request on delivery.message (tenant_id, request_key)
        where request_key is not null`.execute(db)
    await sql`create index message_tags on delivery.message using gin (tags)`.execute(db)
    await sql`
      create table delivery.message_attachment (
        tenant_id uuid not null,
        message_id uuid not null,
        number smallint not null,
        created_at timestamptz not null default now(),
        file_name text not null,
        content_type text not null,
        content_id text,
        bytes int not null,
        content bytea not null,
        primary key (tenant_id, message_id, number),
        foreign key (tenant_id, message_id) references delivery.message (tenant_id, id) on delete cascade
      )`.execute(db)
    await sql`create index message_attachment_age on delivery.message_attachment (tenant_id, created_at)`.execute(db)
    // Both are of what never changes, so an outcome still writes no index, and campaigns have no entry in them.
    await sql`
      create index delivery_message on delivery.delivery (tenant_id, id) where lane = 'transactional'`.execute(db)
    await sql`
      create index delivery_message_to on delivery.delivery (tenant_id, lower(email), id)
        where lane = 'transactional'`.execute(db)
    await createHistory(db)
    await secureTenantTables(db, [
      'delivery.message',
      'delivery.message_attachment',
      'delivery.attempt',
      'delivery.resolution',
    ])
  },
}

/** What a row of the ledger does not keep of how it came to its state. */
async function createHistory(db: Parameters<Migration['up']>[0]): Promise<void> {
  await sql`
    create table delivery.attempt (
      tenant_id uuid not null,
      delivery_id uuid not null,
      at timestamptz not null default now(),
      number smallint not null,
      -- What the server said, after which it is tried again.
      reply text,
      primary key (tenant_id, delivery_id, at)
    )`.execute(db)
  await sql`
    create table delivery.resolution (
      tenant_id uuid not null,
      delivery_id uuid not null,
      at timestamptz not null default now(),
      resolution text not null check (resolution in ('accepted', 'failed', 'resend')),
      -- The person or key that decided.
      actor text not null,
      note text not null,
      -- Why it was unknown, which the row no longer says.
      was text not null,
      primary key (tenant_id, delivery_id, at)
    )`.execute(db)
}
