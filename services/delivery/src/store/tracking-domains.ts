import type { Trx } from '@fanfare/kernel'
import { sql } from 'kysely'
import type { DeliveryTables } from './tables.ts'

/** Notes whether a sender's domain leads here; changes nothing when the sender has another domain by now. */
export async function noteDomainProof(
  trx: Trx<DeliveryTables>,
  { tenantId, senderId, domain }: { tenantId: string; senderId: string; domain: string },
  provenAt: Date | null,
): Promise<void> {
  await trx
    .updateTable('delivery.sender')
    .set({ tracking_domain_proven_at: provenAt })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', senderId)
    .where('tracking_domain', '=', domain)
    .execute()
}

/** Domains that lead here for the links of any workspace's senders (policy `tracking_hosts`). */
export async function listProvenDomains(trx: Trx<DeliveryTables>): Promise<string[]> {
  await sql`select set_config('app.delivery_tracking_hosts', 'on', true)`.execute(trx)
  const rows = await trx
    .selectFrom('delivery.sender')
    .select('tracking_domain')
    .distinct()
    .where('tracking_domain', '<>', '')
    .where('tracking_domain_proven_at', 'is not', null)
    .execute()
  await sql`select set_config('app.delivery_tracking_hosts', '', true)`.execute(trx)
  return rows.map((row) => row.tracking_domain)
}
