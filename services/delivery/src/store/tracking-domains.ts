import type { Trx } from '@fanfare/kernel'
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
