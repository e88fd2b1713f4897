import { type Migration, secureTenantTables } from '@fanfare/kernel'
import { sql } from 'kysely'

export const webhookMigration: Migration = {
  name: '011-webhook',
  async up(db) {
    await sql`
      create table delivery.webhook (
        tenant_id uuid not null,
        id uuid not null,
        url text not null,
        description text not null,
        types text[] not null,
        -- Sealed. The previous one signs beside the current one until its time is over.
        secret text not null,
        previous_secret text,
        previous_until timestamptz,
        -- A deleted one stays until the sweep has removed its messages, set by set.
        state text not null default 'active' check (state in ('active', 'disabled', 'deleted')),
        disabled_reason text,
        disabled_at timestamptz,
        -- Calls that failed in a row, since when none worked, and until when it is left alone.
        failures int not null default 0,
        failing_since timestamptz,
        rests_until timestamptz,
        created_at timestamptz not null default now(),
        primary key (tenant_id, id)
      )`.execute(db)
    // No reference to the webhook: messages are made by the thousand, and removed by the sweep.
    await sql`
      create table delivery.webhook_message (
        tenant_id uuid not null,
        webhook_id uuid not null,
        -- Begins with the time it was made (RFC 9562 §5.7), so that a range of ids is a range of time.
        id uuid not null,
        type text not null,
        -- Text, not jsonb: a signature is over these very bytes.
        payload text not null,
        state text not null default 'pending' check (state in ('pending', 'sending', 'delivered', 'failed')),
        attempts smallint not null default 0,
        -- Counts claims; only the last of them may write its outcome.
        fence int not null default 0,
        -- When it is due; while it is being sent, when its lease ends.
        next_at timestamptz default now(),
        last_status smallint,
        created_at timestamptz not null default now(),
        finished_at timestamptz,
        primary key (tenant_id, webhook_id, id),
        check ((next_at is not null) = (state in ('pending', 'sending')))
      )`.execute(db)
    await sql`
      create index webhook_message_due on delivery.webhook_message (tenant_id, webhook_id, next_at)
        where state in ('pending', 'sending')`.execute(db)
    await sql`
      create index webhook_message_failed on delivery.webhook_message (tenant_id, webhook_id, id)
        where state = 'failed'`.execute(db)
    await sql`
      create table delivery.webhook_attempt (
        tenant_id uuid not null,
        webhook_id uuid not null,
        message_id uuid not null,
        id uuid not null,
        at timestamptz not null,
        duration_ms int not null,
        status smallint,
        error text,
        response text,
        primary key (tenant_id, webhook_id, id)
      )`.execute(db)
    await sql`
      create index webhook_attempt_message on delivery.webhook_attempt (tenant_id, webhook_id, message_id)`.execute(db)
    await secureTenantTables(db, ['delivery.webhook', 'delivery.webhook_message', 'delivery.webhook_attempt'])
    // The worker looks over all workspaces at once for who has something due, and reads nothing else that way.
    await sql`
      create policy webhook_sweep on delivery.webhook for select
        using (current_setting('app.webhook_sweep', true) = 'on')`.execute(db)
    await sql`
      create policy webhook_message_sweep on delivery.webhook_message for select
        using (current_setting('app.webhook_sweep', true) = 'on' and state in ('pending', 'sending'))`.execute(db)
  },
}
