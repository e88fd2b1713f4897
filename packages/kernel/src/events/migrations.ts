import { type Kysely, sql } from 'kysely'
import { secureTenantTables } from '../database/row-security.ts'
import type { Migration } from '../database.ts'

export const eventsMigrations: readonly Migration[] = [
  {
    name: '001-outbox',
    async up(db) {
      await createOutbox(db)
      await createInbox(db)
      await createSubscription(db)
    },
  },
]

/**
 * Written by tenant transactions, for their own tenant and no more; read and marked by the dispatcher, which works as
 * the owner. Row security is forced on the owner too, hence a policy of its own.
 */
async function createOutbox(db: Kysely<unknown>): Promise<void> {
  await sql`
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
    )`.execute(db)
  await sql`create index outbox_undispatched on kernel_events.outbox (id) where dispatched_at is null`.execute(db)
  await sql`create index outbox_dispatched on kernel_events.outbox (dispatched_at)`.execute(db)
  await sql`create index outbox_type on kernel_events.outbox (type, version, created_at)`.execute(db)
  await ownerOnly(db, 'kernel_events.outbox')
  await sql`
    create policy tenant_publish on kernel_events.outbox for insert to fanfare_app
    with check (tenant_id = kernel.tenant_id())`.execute(db)
}

/** One row for each event and subscription to it. A handler marks its row in the transaction that holds its effects. */
async function createInbox(db: Kysely<unknown>): Promise<void> {
  await sql`
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
    )`.execute(db)
  await sql`create index inbox_event on kernel_events.inbox (event_id)`.execute(db)
  await sql`
    create index inbox_waiting on kernel_events.inbox (subscription, tenant_id, next_at) where state = 'waiting'
  `.execute(db)
  await sql`create index inbox_finished on kernel_events.inbox (state, finished_at) where state <> 'waiting'`.execute(
    db,
  )
  await secureTenantTables(db, ['kernel_events.inbox'], { owner: true })
}

/** Which handlers exist in any process. */
async function createSubscription(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table kernel_events.subscription (
      name text primary key,
      type text not null,
      version integer not null,
      seen_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index subscription_type on kernel_events.subscription (type, version)`.execute(db)
  await ownerOnly(db, 'kernel_events.subscription')
}

async function ownerOnly(db: Kysely<unknown>, name: string): Promise<void> {
  const table = sql.table(name)
  await sql`alter table ${table} enable row level security`.execute(db)
  await sql`alter table ${table} force row level security`.execute(db)
  await sql`create policy owner_access on ${table} to current_user using (true) with check (true)`.execute(db)
}
