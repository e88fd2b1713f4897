import type { Trx } from '@fanfare/kernel'
import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { Accounting, DeliveryState, Lane, Standing } from '../contract.ts'
import { findDispatch } from './dispatches.ts'
import { countFeedback } from './feedback.ts'
import type { DeliveryTables, DispatchRef, LedgerTable, StoredState } from './tables.ts'

type T = Trx<DeliveryTables>
export type LedgerRow = Selectable<LedgerTable>

export interface NewDelivery {
  readonly id: string
  readonly batchId: string
  readonly position: number
  readonly contactId: string | null
  readonly email: string
  /** Null for a person who is held out. */
  readonly variantId: string | null
  readonly destination: string
}

/**
 * Adds deliveries with their batches, each batch counted over those that are new: who is there already stays as they are.
 * Returns how many are new.
 */
export async function insertDeliveries(
  trx: T,
  { tenantId, dispatchId }: DispatchRef,
  batch: { readonly senderId: string; readonly lane: Lane; readonly isDue: boolean; readonly dueAt?: Date | undefined },
  rows: readonly NewDelivery[],
): Promise<number> {
  const column = <K extends keyof NewDelivery>(name: K) => rows.map((row) => row[name])
  const { rows: counted } = await sql<{ size: number }>`
    with given as (
      select * from unnest(
        ${column('id')}::uuid[], ${column('batchId')}::uuid[], ${column('position')}::smallint[],
        ${column('contactId')}::uuid[], ${column('email')}::text[], ${column('variantId')}::uuid[],
        ${column('destination')}::text[]
      ) as given (id, batch_id, position, contact_id, email, variant_id, destination)
    ), added as (
      insert into delivery.delivery
        (tenant_id, id, batch_id, dispatch_id, position, contact_id, email, variant_id, lane, state, settled_at)
      select ${tenantId}::uuid, id, batch_id, ${dispatchId}::uuid, position, contact_id, email, variant_id, ${batch.lane},
        case when ${batch.lane} <> 'transactional' and variant_id is null then 'held' else 'queued' end,
        case when ${batch.lane} <> 'transactional' and variant_id is null then now() end
      from given
      on conflict (tenant_id, contact_id, dispatch_id) where lane <> 'transactional' do nothing
      returning batch_id, state
    ), sum as (
      select batch_id, count(*) as size, count(*) filter (where state = 'held') as held from added group by batch_id
    )
    insert into delivery.batch
      (tenant_id, id, dispatch_id, sender_id, lane, destination, size, queued, held, due_at)
    select ${tenantId}::uuid, batch_id, ${dispatchId}::uuid, ${batch.senderId}::uuid, ${batch.lane}, destination, size, size - held,
      held, case when ${batch.isDue} and size > held then coalesce(${batch.dueAt ?? null}::timestamptz, now()) end
    from sum join (select distinct batch_id, destination from given) place using (batch_id)
    returning size`.execute(trx)
  return counted.reduce((sum, { size }) => sum + size, 0)
}

/** Adds deliveries to a batch that the caller holds, at the places given. */
export async function appendDeliveries(
  trx: T,
  { tenantId, dispatchId }: DispatchRef,
  { batchId, lane }: { readonly batchId: string; readonly lane: Lane },
  rows: readonly NewDelivery[],
): Promise<void> {
  await trx
    .insertInto('delivery.delivery')
    .values(
      rows.map(({ id, position, contactId, email, variantId }) => ({
        tenant_id: tenantId,
        id,
        batch_id: batchId,
        dispatch_id: dispatchId,
        position,
        contact_id: contactId,
        email,
        variant_id: variantId,
        lane,
        state: 'queued' as const,
      })),
    )
    .execute()
  await sql`
    update delivery.batch set size = size + ${rows.length}::int, queued = queued + ${rows.length}::int
    where tenant_id = ${tenantId} and id = ${batchId}`.execute(trx)
}

/** What each state counts as. Cancelled recipients are suppressed by the operator. */
const columnOf = {
  queued: 'pending',
  deferred: 'pending',
  accepted: 'sent',
  failed: 'failed',
  suppressed: 'suppressed',
  cancelled: 'suppressed',
  unknown: 'unknown',
  held: 'held',
} as const satisfies Record<StoredState, keyof Accounting>
const storedStates = Object.keys(columnOf) as StoredState[]

/**
 * Sums the batches of each dispatch: one statement is one snapshot, and every batch adds up by constraint, so the identity
 * holds at every moment, also in the middle of a send. Dispatches that are not there are left out.
 */
export async function countByDispatch(trx: T, tenantId: string, dispatchIds: readonly string[]) {
  const sums = sql.join(
    storedStates.map((state) => sql`coalesce(sum(b.${sql.ref(state)}), 0)::int as ${sql.ref(state)}`),
  )
  const { rows } = await sql<{ id: string } & Record<StoredState, number>>`
    select d.id, ${sums} from delivery.dispatch d
    left join delivery.batch b on b.tenant_id = d.tenant_id and b.dispatch_id = d.id
    where d.tenant_id = ${tenantId} and d.id = any(${[...dispatchIds]}::uuid[])
    group by d.id`.execute(trx)
  return new Map(rows.map(({ id, ...counts }) => [id, accountingOf(counts)]))
}

function accountingOf(counts: Readonly<Record<StoredState, number>>): Accounting {
  const accounting = emptyAccounting()
  for (const state of storedStates) {
    accounting[columnOf[state]] += counts[state]
    if (state !== 'held') accounting.audience += counts[state]
  }
  return accounting
}

/** Trouble of a dispatch that is not running any more, or not now, keeps nobody waiting. */
export async function findStanding(trx: T, ref: DispatchRef): Promise<Standing | undefined> {
  const dispatch = await findDispatch(trx, ref)
  const accounting = (await countByDispatch(trx, ref.tenantId, [ref.dispatchId])).get(ref.dispatchId)
  if (dispatch === undefined || accounting === undefined) return undefined
  const heard = await countFeedback(trx, ref.tenantId, ref.dispatchId)
  return {
    ...accounting,
    ...heard,
    complete: dispatch.complete,
    trouble: dispatch.state === 'running' ? dispatch.trouble : null,
    halted: dispatch.halted,
    reconciledAt: dispatch.reconciled_at?.toISOString() ?? null,
    difference: dispatch.difference,
  }
}

export function emptyAccounting(): Accounting {
  return { audience: 0, sent: 0, failed: 0, suppressed: 0, pending: 0, unknown: 0, held: 0 }
}

export interface DeliveryFilter {
  readonly state?: DeliveryState | undefined
  readonly search?: string | undefined
  readonly after?: string | undefined
  readonly limit: number
}

/** A row of the ledger with what its batch knows of it. */
export interface LedgerEntry extends LedgerRow {
  readonly queued_at: Date
  readonly sender_id: string
  /** Of its batch: when a worker may take it, or while one has it, when its lease ends. */
  readonly due_at: Date | null
  /** Whether a worker has its batch. */
  readonly in_hand: boolean
  /** `claimed` or `attempting` while a worker has it in hand, else as stored. */
  readonly shown: DeliveryState
}

/** All deliveries that row security lets through, for a query to choose from. */
export const shownEntries = sql<LedgerEntry>`
  select d.*, b.created_at as queued_at, b.sender_id, b.due_at, b.fence is not null as in_hand, case
    when d.state in ('queued', 'deferred') and d.position = any(b.attempting) then 'attempting'
    when d.state = 'queued' and b.fence is not null then 'claimed'
    else d.state end as shown
  from delivery.batch b join delivery.delivery d on d.tenant_id = b.tenant_id and d.batch_id = b.id`

const entries = (condition: RawBuilder<unknown>) => sql<LedgerEntry>`${shownEntries} where ${condition}`

/**
 * A dispatch's deliveries in order of id. A state is looked for only in batches that have it: the ledger has no index on
 * what changes with every message.
 */
export async function pageDeliveries(trx: T, { tenantId, dispatchId }: DispatchRef, filter: DeliveryFilter) {
  const { state, search, after, limit } = filter
  const conditions = [sql`b.tenant_id = ${tenantId} and b.dispatch_id = ${dispatchId}`]
  if (state) conditions.push(stateCondition(state))
  if (search) conditions.push(sql`position(lower(${search}) in lower(d.email)) > 0`)
  if (after) conditions.push(sql`d.id > ${after}`)
  const { rows } = await sql<LedgerEntry>`
    ${entries(sql.join(conditions, sql` and `))} order by d.id limit ${limit}`.execute(trx)
  return rows
}

function stateCondition(state: DeliveryState): RawBuilder<unknown> {
  if (state === 'attempting') return sql`d.state in ('queued', 'deferred') and d.position = any(b.attempting)`
  if (state === 'claimed') {
    return sql`b.fence is not null and d.state = 'queued' and not d.position = any(b.attempting)`
  }
  return sql`b.${sql.ref(state)} > 0 and d.state = ${state}`
}

/** Newest first. */
export async function listDeliveriesOfContact(trx: T, tenantId: string, contactId: string): Promise<LedgerEntry[]> {
  const { rows } = await sql<LedgerEntry>`
    ${entries(sql`b.tenant_id = ${tenantId} and d.tenant_id = ${tenantId} and d.contact_id = ${contactId}`)}
    order by d.id desc limit 200`.execute(trx)
  return rows
}

export async function findEntry(trx: T, tenantId: string, deliveryId: string): Promise<LedgerEntry | undefined> {
  const { rows } = await sql<LedgerEntry>`
    ${entries(sql`b.tenant_id = ${tenantId} and d.tenant_id = ${tenantId} and d.id = ${deliveryId}`)}`.execute(trx)
  return rows[0]
}

export async function findDelivery(trx: T, tenantId: string, deliveryId: string) {
  return trx
    .selectFrom('delivery.delivery')
    .select(['id', 'dispatch_id', 'lane', 'contact_id', 'variant_id', 'settled_at'])
    .where('tenant_id', '=', tenantId)
    .where('id', '=', deliveryId)
    .executeTakeFirst()
}

/** The campaign that a row belongs to; null for a message outside any. */
export function campaignIdOf({ lane, dispatch_id }: Pick<LedgerRow, 'lane' | 'dispatch_id'>): string | null {
  return lane === 'transactional' ? null : dispatch_id
}

/** The variant that a row was made from; what a message outside any campaign has there is its own content. */
export function variantIdOf({ lane, variant_id }: { readonly lane: Lane; readonly variant_id: string | null }) {
  return lane === 'transactional' ? null : variant_id
}

/** Batches of a dispatch with something pending that no worker has in hand, locked; at most `limit`. */
export async function lockIdleBatches(trx: T, { tenantId, dispatchId }: DispatchRef, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from delivery.batch
    where tenant_id = ${tenantId} and dispatch_id = ${dispatchId} and fence is null and queued + deferred > 0
    order by id limit ${limit} for update`.execute(trx)
  return rows.map(({ id }) => id)
}

/** Cancels what is pending in batches that the caller holds. */
export async function cancelPending(trx: T, tenantId: string, batchIds: readonly string[]): Promise<SettledRow[]> {
  const ids = sql`${[...batchIds]}::uuid[]`
  const { rows } = await sql<SettledRow>`
    with cancelled as (
      update delivery.delivery
      set state = 'cancelled', reason = 'Cancelled before it was sent', settled_at = now(), next_at = null
      where tenant_id = ${tenantId} and batch_id = any(${ids}) and state in ('queued', 'deferred')
      returning id, contact_id, variant_id, state
    ), counted as (
      update delivery.batch set cancelled = cancelled + queued + deferred, queued = 0, deferred = 0, due_at = null
      where tenant_id = ${tenantId} and id = any(${ids})
    )
    select * from cancelled`.execute(trx)
  return rows
}

/** How many rows of a dispatch are in another state than its batches have counted: 0, or something wrote around them. */
export async function countDifference(trx: T, { tenantId, dispatchId }: DispatchRef): Promise<number> {
  const counted = sql.join(storedStates.map((state) => sql`(b.id, ${state}, b.${sql.ref(state)})`))
  const { rows } = await sql<{ difference: number }>`
    select coalesce(sum(abs(coalesce(rows.count, 0) - coalesce(counter.count, 0))), 0)::int as difference
    from (
      select batch_id, state, count(*) from delivery.delivery
      where tenant_id = ${tenantId}
        and batch_id in (select id from delivery.batch where tenant_id = ${tenantId} and dispatch_id = ${dispatchId})
      group by batch_id, state
    ) rows
    full join (
      select counted.* from delivery.batch b cross join lateral (values ${counted}) as counted (batch_id, state, count)
      where b.tenant_id = ${tenantId} and b.dispatch_id = ${dispatchId}
    ) counter using (batch_id, state)`.execute(trx)
  return rows[0]?.difference ?? 0
}

export type SettledRow = Pick<LedgerRow, 'id' | 'contact_id' | 'variant_id' | 'state'>

/** Addresses of deliveries, by their ids. */
export async function listEmails(trx: T, tenantId: string, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await trx
    .selectFrom('delivery.delivery')
    .select(['id', 'email'])
    .where('tenant_id', '=', tenantId)
    .where(sql<boolean>`id = any(${[...ids]}::uuid[])`)
    .execute()
  return new Map(rows.map(({ id, email }) => [id, email]))
}
