import type { Trx } from '@fanfare/kernel'
import { sql } from 'kysely'
import type { DeliveryTables } from './tables.ts'

type T = Trx<DeliveryTables>

/** By the counters of batches: messages that went out, that may have, and that are still to go. */
export async function countBatchedSince(trx: T, tenantId: string, since: Date): Promise<number> {
  const { rows } = await sql<{ sends: number }>`
    select coalesce(sum(queued + deferred + accepted + unknown), 0)::float8 as sends from delivery.batch
    where tenant_id = ${tenantId} and created_at >= ${since}`.execute(trx)
  return rows[0]?.sends ?? 0
}

export async function sumAttachmentBytes(trx: T, tenantId: string): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select coalesce(sum(bytes), 0)::float8 as bytes from delivery.message_attachment
    where tenant_id = ${tenantId}`.execute(trx)
  return rows[0]?.bytes ?? 0
}
