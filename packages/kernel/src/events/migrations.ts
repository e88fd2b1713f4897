import { sql } from 'kysely'
import type { Migration } from '../database.ts'

/**
 * The outbox is written by tenant transactions (role `fanfare_app`, own tenant only) and read by the dispatcher, which
 * works as the owner of the tables; forced row security holds for the owner too, hence a policy of its own.
 */
const tables = sql`
  create table kernel_events.outbox (
    id bigint generated always as identity primary key,
    event_id uuid not null unique,
    type text not null,
    version integer not null,
    tenant_id uuid not null,
    data jsonb not null,
    trace text,
    created_at timestamptz not null,
    dispatched_at timestamptz
  );
  create index outbox_undispatched on kernel_events.outbox (id) where dispatched_at is null;
  create index outbox_dispatched on kernel_events.outbox (dispatched_at) where dispatched_at is not null;
  create index outbox_type on kernel_events.outbox (type, version, created_at);

  create table kernel_events.inbox (
    subscription text not null,
    event_id uuid not null,
    tenant_id uuid not null,
    state text not null default 'waiting' check (state in ('waiting', 'done', 'dead')),
    attempts integer not null default 0,
    next_at timestamptz not null default now(),
    error text,
    finished_at timestamptz,
    primary key (subscription, event_id)
  );
  create index inbox_event on kernel_events.inbox (event_id);
  create index inbox_waiting on kernel_events.inbox (subscription, tenant_id, next_at) where state = 'waiting';
  create index inbox_finished on kernel_events.inbox (state, finished_at) where state <> 'waiting';

  create table kernel_events.subscription (
    name text primary key,
    type text not null,
    version integer not null,
    seen_at timestamptz not null default now()
  );
  create index subscription_type on kernel_events.subscription (type, version);

  alter table kernel_events.outbox enable row level security;
  alter table kernel_events.outbox force row level security;
  alter table kernel_events.inbox enable row level security;
  alter table kernel_events.inbox force row level security;
  create policy owner on kernel_events.outbox to current_user using (true) with check (true);
  create policy owner on kernel_events.inbox to current_user using (true) with check (true);
  create policy tenant on kernel_events.outbox to fanfare_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
  create policy tenant on kernel_events.inbox to fanfare_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);

  grant usage on schema kernel_events to fanfare_app;
  grant insert on kernel_events.outbox to fanfare_app;
  grant select, update on kernel_events.inbox to fanfare_app;
`

export const eventsMigrations: readonly Migration[] = [
  {
    name: '001-outbox',
    up: async (db) => {
      for (const statement of statementsOf(tables.compile(db).sql)) await sql.raw(statement).execute(db)
    },
  },
]

/** One statement a call: the extended protocol takes no more. None of the above holds a semicolon inside. */
function statementsOf(script: string): string[] {
  return script.split(';').filter((statement) => statement.trim() !== '')
}
