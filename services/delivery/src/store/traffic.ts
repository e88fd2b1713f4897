import { prepared, type Trx } from '@fanfare/kernel'
import { sql } from 'kysely'
import type { DeliveryTables } from './tables.ts'

type T = Trx<DeliveryTables>
export const trafficKinds = ['accepted', 'deferred', 'failed', 'unknown'] as const
export type TrafficKind = (typeof trafficKinds)[number]
export type TrafficCounts = Readonly<Record<TrafficKind, number>>

/**
 * Adds to the figures of the current minute: one row for each sender and destination, written once a set of outcomes. What
 * is older than a week goes with it.
 */
export async function addTraffic(
  trx: T,
  { tenantId, senderId, destination }: { tenantId: string; senderId: string; destination: string },
  { accepted, deferred, failed, unknown }: TrafficCounts,
): Promise<void> {
  await sql`
    with old as (
      delete from delivery.traffic where tenant_id = ${tenantId} and minute < now() - interval '7 days'
    )
    insert into delivery.traffic as traffic
      (tenant_id, sender_id, destination, minute, accepted, deferred, failed, unknown)
    values (${tenantId}, ${senderId}, ${destination}, date_trunc('minute', now()), ${accepted}, ${deferred}, ${failed}, ${unknown})
    on conflict (tenant_id, minute, sender_id, destination) do update set
      accepted = traffic.accepted + excluded.accepted, deferred = traffic.deferred + excluded.deferred,
      failed = traffic.failed + excluded.failed, unknown = traffic.unknown + excluded.unknown`
    .withPlugin(prepared)
    .execute(trx)
}

export interface TrafficRow extends TrafficCounts {
  readonly sender_id: string
  readonly destination: string
  readonly minute: Date
}

/** The figures of the last minutes, oldest first. */
export async function listTraffic(trx: T, tenantId: string, minutes: number): Promise<TrafficRow[]> {
  const { rows } = await sql<TrafficRow>`
    select sender_id, destination, minute, accepted, deferred, failed, unknown from delivery.traffic
    where tenant_id = ${tenantId} and minute > now() - make_interval(mins => ${minutes})
    order by minute, sender_id, destination`.execute(trx)
  return rows
}
