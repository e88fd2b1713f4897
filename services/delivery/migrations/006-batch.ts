import { type Migration, secureTenantTables } from '@fanfare/kernel'
import { sql } from 'kysely'

/**
 * The ledger in batches. A batch is a few hundred deliveries that are taken, sent and counted together: claims, leases and
 * counters are columns of the batch, so a recipient costs one insert and one update that touches no index. Deliveries
 * from before get batches of their own.
 */
export const batchMigration: Migration = {
  name: '006-batch',
  async up(db) {
    await renameDispatch(db)
    await createBatches(db)
    await rebuildLedger(db)
    await createTraffic(db)
    await secureTenantTables(db, ['delivery.batch', 'delivery.traffic'])
    // The scheduler asks for all tenants at once which batches are due, and may read nothing else of them.
    await sql`
      create policy batch_schedule on delivery.batch for select
        using (current_setting('app.delivery_schedule', true) = 'on' and due_at is not null)`.execute(db)
  },
}

type Db = Parameters<Migration['up']>[0]

/** What is sent together need not be a campaign: messages by the API of one sender are a dispatch, too. */
async function renameDispatch(db: Db): Promise<void> {
  await sql`alter table delivery.dispatch rename column campaign_id to id`.execute(db)
  await sql`alter table delivery.dispatch_variant rename column campaign_id to dispatch_id`.execute(db)
  await sql`alter table delivery.link rename column campaign_id to dispatch_id`.execute(db)
  await sql`
    alter table delivery.dispatch
      add column lane text not null default 'campaign' check (lane in ('transactional', 'journey', 'campaign')),
      -- When the ledger was last counted row by row, and by how many rows the counters were off.
      add column reconciled_at timestamptz,
      add column difference int`.execute(db)
  await sql`
    alter table delivery.hit alter column campaign_id drop not null, alter column contact_id drop not null`.execute(db)
  await sql`
    create unique index dispatch_transactional on delivery.dispatch (tenant_id, sender_id)
      where lane = 'transactional'`.execute(db)
}

async function createBatches(db: Db): Promise<void> {
  await sql`
    create table delivery.batch (
      tenant_id uuid not null,
      id uuid not null,
      dispatch_id uuid not null,
      sender_id uuid not null,
      lane text not null check (lane in ('transactional', 'journey', 'campaign')),
      -- Whose servers it goes to: rates and hold-ups are theirs.
      destination text not null,
      created_at timestamptz not null default now(),
      -- Deliveries by state. The identity of the accounting is a constraint: no statement can break it.
      size int not null,
      queued int not null,
      deferred int not null default 0,
      accepted int not null default 0,
      failed int not null default 0,
      suppressed int not null default 0,
      unknown int not null default 0,
      cancelled int not null default 0,
      held int not null default 0,
      -- When a worker may take it: while one has it, when its lease ends. Null while there is nothing to send.
      due_at timestamptz,
      -- The claim that has it in hand; only that claim may write outcomes.
      fence uuid,
      -- Places of the deliveries that are about to go on the wire, or on it.
      attempting smallint[] not null default '{}',
      primary key (tenant_id, id),
      foreign key (tenant_id, dispatch_id) references delivery.dispatch (tenant_id, id) on delete cascade,
      check (size = queued + deferred + accepted + failed + suppressed + unknown + cancelled + held),
      check (least(queued, deferred, accepted, failed, suppressed, unknown, cancelled, held) >= 0)
    )`.execute(db)
  await sql`
    create index batch_due on delivery.batch (lane, tenant_id, sender_id, due_at) where due_at is not null`.execute(db)
  await sql`create index batch_dispatch on delivery.batch (tenant_id, dispatch_id, due_at)`.execute(db)
}

/** What left where, by the minute: for the live view and for guards; kept for some days. */
async function createTraffic(db: Db): Promise<void> {
  await sql`
    create table delivery.traffic (
      tenant_id uuid not null,
      minute timestamptz not null,
      sender_id uuid not null,
      destination text not null,
      accepted int not null,
      deferred int not null,
      failed int not null,
      unknown int not null,
      primary key (tenant_id, minute, sender_id, destination)
    )`.execute(db)
}

/**
 * No index holds what changes when a message is sent, and pages keep room for the new versions of their rows: so an
 * outcome writes one row and no index (https://www.postgresql.org/docs/current/storage-hot.html).
 */
async function rebuildLedger(db: Db): Promise<void> {
  await sql`alter table delivery.delivery rename to delivery_before`.execute(db)
  // Row security is forced on the owner, too, who is about to move every tenant's rows.
  await sql`alter table delivery.delivery_before disable row level security`.execute(db)
  await sql`alter table delivery.dispatch no force row level security`.execute(db)
  await sql`
    create table delivery.delivery (
      tenant_id uuid not null,
      id uuid not null,
      batch_id uuid not null,
      dispatch_id uuid not null,
      contact_id uuid,
      variant_id uuid,
      settled_at timestamptz,
      -- When a deferred one is due.
      next_at timestamptz,
      position smallint not null,
      attempts smallint not null default 0,
      lane text not null,
      state text not null check (state in (
        'queued', 'deferred', 'accepted', 'failed', 'suppressed', 'unknown', 'cancelled', 'held'
      )),
      email text not null,
      reason text,
      check ((next_at is not null) = (state = 'deferred')),
      check ((settled_at is null) = (state in ('queued', 'deferred')))
    ) with (fillfactor = 50)`.execute(db)
  await moveDeliveries(db)
  await sql`alter table delivery.dispatch force row level security`.execute(db)
  await sql`drop table delivery.delivery_before`.execute(db)
  await sql`alter table delivery.delivery add primary key (tenant_id, id)`.execute(db)
  await sql`create unique index delivery_place on delivery.delivery (tenant_id, batch_id, position)`.execute(db)
  // One person, one message of a campaign, whatever is repeated. Led by the person, it also answers what somebody got.
  await sql`
    create unique index delivery_once on delivery.delivery (tenant_id, contact_id, dispatch_id)
      where lane <> 'transactional'`.execute(db)
  await secureTenantTables(db, ['delivery.delivery'])
}

/** In batches of 500. What was on the wire is not known any more: its worker is gone and so is its claim. */
async function moveDeliveries(db: Db): Promise<void> {
  await sql`
    with numbered as (
      select d.*, row_number() over (partition by tenant_id, campaign_id order by id) - 1 as number
      from delivery.delivery_before d
    ), batched as (
      select *, first_value(id) over (partition by tenant_id, campaign_id, number / 500 order by number) as batch_id
      from numbered
    )
    insert into delivery.delivery (
      tenant_id, id, batch_id, dispatch_id, contact_id, variant_id, settled_at, next_at, position, attempts, lane, state,
      email, reason
    )
    select tenant_id, id, batch_id, campaign_id, contact_id, variant_id,
      case when state = 'attempting' then now() else settled_at end,
      case when state = 'deferred' then next_at end,
      number % 500, attempts, 'campaign',
      case state when 'claimed' then 'queued' when 'attempting' then 'unknown' else state end,
      email,
      case when state = 'attempting' then 'The process stopped between the message and the answer' else reason end
    from batched`.execute(db)
  await sql`
    insert into delivery.batch (
      tenant_id, id, dispatch_id, sender_id, lane, destination, size, queued, deferred, accepted, failed, suppressed,
      unknown, cancelled, held, due_at
    )
    select d.tenant_id, d.batch_id, d.dispatch_id, p.sender_id, 'campaign', 'other', count(*),
      count(*) filter (where d.state = 'queued'), count(*) filter (where d.state = 'deferred'),
      count(*) filter (where d.state = 'accepted'), count(*) filter (where d.state = 'failed'),
      count(*) filter (where d.state = 'suppressed'), count(*) filter (where d.state = 'unknown'),
      count(*) filter (where d.state = 'cancelled'), count(*) filter (where d.state = 'held'),
      case when p.state in ('running', 'cancelled') and bool_or(d.state in ('queued', 'deferred')) then now() end
    from delivery.delivery d join delivery.dispatch p on p.tenant_id = d.tenant_id and p.id = d.dispatch_id
    group by d.tenant_id, d.batch_id, d.dispatch_id, p.sender_id, p.state`.execute(db)
}
