import type { Trx } from '@fanfare/kernel'
import { sql } from 'kysely'
import type { Lane } from '../contract.ts'
import type { DeliveryTables } from './tables.ts'

export interface BacklogRow {
  readonly sender_id: string
  readonly lane: Lane
  readonly destination: string
  readonly queued: number
  readonly deferred: number
  readonly unknown: number
  readonly in_hand: number
  readonly due_at: Date | null
}

/** What waits and what is unknown, by sender, lane and destination: sums of counters, never of messages. */
export async function sumBacklog(trx: Trx<DeliveryTables>, tenantId: string): Promise<BacklogRow[]> {
  const { rows } = await sql<BacklogRow>`
    select sender_id, lane, destination, sum(queued)::int as queued, sum(deferred)::int as deferred,
      sum(unknown)::int as unknown, count(fence)::int as in_hand, min(due_at) filter (where fence is null) as due_at
    from delivery.batch
    where tenant_id = ${tenantId}
      and (queued + deferred > 0 or (unknown > 0 and created_at > now() - interval '7 days'))
    group by sender_id, lane, destination order by sender_id, lane, destination`.execute(trx)
  return rows
}
