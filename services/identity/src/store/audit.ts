import { sql } from 'kysely'
import type { AuditFacts, AuditRecord } from '../contract/audit.ts'
import type { Trx } from './schema.ts'
import type { AuditRow } from './tables/audit.ts'

export interface Arrival {
  readonly tenantId: string
  readonly id: string
  readonly occurredAt: Date
  readonly facts: AuditFacts
}

export async function insertArrival(trx: Trx, { tenantId, id, occurredAt, facts }: Arrival): Promise<void> {
  const row = { tenant_id: tenantId, id, occurred_at: occurredAt, entry: JSON.stringify(facts) }
  await trx.insertInto('identity.audit_arrival').values(row).execute()
}

/** Until the end of the transaction nobody else gives places in this trail. */
export async function lockTrail(trx: Trx, tenantId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`identity.audit ${tenantId}`}, 0))`.execute(trx)
}

/** Takes the oldest arrivals out of their queue. One that has its place already (its event was replayed) is dropped. */
export async function takeArrivals(trx: Trx, tenantId: string, limit: number): Promise<Omit<Arrival, 'tenantId'>[]> {
  const { rows } = await sql<{ id: string; occurredAt: Date; facts: AuditFacts; isKnown: boolean }>`
    with taken as (
      delete from identity.audit_arrival where tenant_id = ${tenantId} and id in (
        select id from identity.audit_arrival where tenant_id = ${tenantId} order by occurred_at, id limit ${limit}
      ) returning id, occurred_at, entry
    )
    select id, occurred_at as "occurredAt", entry as facts, exists (
      select from identity.audit where audit.tenant_id = ${tenantId} and audit.id = taken.id
    ) as "isKnown"
    from taken order by occurred_at, id
  `.execute(trx)
  return rows.filter(({ isKnown }) => !isKnown)
}

/** The trails that have something waiting: the one query for which row security shows all of them. */
export async function findWaitingTrails(trx: Trx): Promise<string[]> {
  await sql`set local app.directory = 'on'`.execute(trx)
  const rows = await trx.selectFrom('identity.audit_arrival').select('tenant_id').distinct().execute()
  await sql`set local app.directory = ''`.execute(trx)
  return rows.map(({ tenant_id }) => tenant_id)
}

export function findLastEntry(trx: Trx, tenantId: string) {
  return trx
    .selectFrom('identity.audit')
    .select(['sequence', 'hash', 'recorded_at'])
    .where('tenant_id', '=', tenantId)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export async function insertEntries(trx: Trx, tenantId: string, records: readonly AuditRecord[]): Promise<void> {
  const rows = records.map((record) => toRow(tenantId, record))
  await trx.insertInto('identity.audit').values(rows).execute()
}

export interface AuditFilter {
  /** Id or name. */
  readonly actor?: string | undefined
  /** Id or name. */
  readonly target?: string | undefined
  /** How the action begins: `api_key.` or the whole of it. */
  readonly action?: string | undefined
  readonly since?: Date | undefined
  readonly until?: Date | undefined
}

/** Newest first, from before a place on. */
export async function pageEntries(
  trx: Trx,
  tenantId: string,
  { actor, target, action, since, until }: AuditFilter,
  { before, limit }: { before: number | undefined; limit: number },
): Promise<AuditRecord[]> {
  const rows = await trx
    .selectFrom('identity.audit')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .$if(before !== undefined, (query) => query.where('sequence', '<', before as number))
    .$if(actor !== undefined, (query) =>
      query.where(({ eb, or }) => or([eb('actor_id', '=', actor as string), eb('actor_name', '=', actor as string)])),
    )
    .$if(target !== undefined, (query) =>
      query.where(({ eb, or }) =>
        or([eb('target_id', '=', target as string), eb('target_name', '=', target as string)]),
      ),
    )
    .$if(action !== undefined, (query) => query.where('action', 'like', `${escapeLike(action as string)}%`))
    .$if(since !== undefined, (query) => query.where('occurred_at', '>=', since as Date))
    .$if(until !== undefined, (query) => query.where('occurred_at', '<', until as Date))
    .orderBy('sequence', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toRecord)
}

/** Oldest first, from after a place on: how a chain is read. */
export async function readChain(trx: Trx, tenantId: string, after: number, limit: number): Promise<AuditRecord[]> {
  const rows = await trx
    .selectFrom('identity.audit')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('sequence', '>', after)
    .orderBy('sequence')
    .limit(limit)
    .execute()
  return rows.map(toRecord)
}

/** The addresses of people, by account. */
export async function findAddresses(trx: Trx, accountIds: readonly string[]): Promise<Map<string, string>> {
  if (accountIds.length === 0) return new Map()
  const rows = await trx
    .selectFrom('identity.account')
    .select(['id', 'email'])
    .where('id', 'in', [...accountIds])
    .execute()
  return new Map(rows.map(({ id, email }) => [id, email]))
}

export async function findKeyNames(
  trx: Trx,
  tenantId: string,
  keyIds: readonly string[],
): Promise<Map<string, string>> {
  if (keyIds.length === 0) return new Map()
  const rows = await trx
    .selectFrom('identity.api_key')
    .select(['id', 'name'])
    .where('tenant_id', '=', tenantId)
    .where('id', 'in', [...keyIds])
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}

function toRow(tenantId: string, record: AuditRecord): AuditRow {
  return {
    tenant_id: tenantId,
    sequence: record.sequence,
    id: record.id,
    occurred_at: new Date(record.occurredAt),
    recorded_at: new Date(record.recordedAt),
    action: record.action,
    actor_kind: record.actor.kind,
    actor_id: record.actor.id,
    actor_name: record.actor.name,
    target_kind: record.target?.kind ?? null,
    target_id: record.target?.id ?? null,
    target_name: record.target?.name ?? null,
    address: record.address,
    user_agent: record.userAgent,
    operation: record.operation,
    request_id: record.requestId,
    before: record.before && JSON.stringify(record.before),
    after: record.after && JSON.stringify(record.after),
    previous_hash: record.previousHash,
    hash: record.hash,
  }
}

function toRecord(row: AuditRow): AuditRecord {
  const { actor_kind, actor_id, actor_name, target_kind, target_id, target_name } = row
  const detail = (value: unknown) => value as AuditRecord['before']
  return {
    sequence: row.sequence,
    id: row.id,
    occurredAt: row.occurred_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
    action: row.action,
    actor: { kind: actor_kind, id: actor_id, name: actor_name },
    target: target_kind === null ? null : { kind: target_kind, id: target_id ?? '', name: target_name },
    address: row.address,
    userAgent: row.user_agent,
    operation: row.operation,
    requestId: row.request_id,
    before: detail(row.before),
    after: detail(row.after),
    previousHash: row.previous_hash,
    hash: row.hash,
  }
}
