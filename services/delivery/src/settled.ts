import type { Events } from '@fanfare/kernel'
import { Settled } from './contract.ts'
import type { SettledRow } from './store/ledger.ts'

const setSize = 1_000

/** Tells of deliveries that reached an end, in the transaction that wrote it. */
export async function publishSettled(events: Events, campaignId: string, rows: readonly SettledRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += setSize) {
    const deliveries = rows.slice(at, at + setSize).map((row) => ({
      deliveryId: row.id,
      contactId: row.contact_id,
      variantId: row.variant_id,
      state: row.state as 'accepted' | 'failed' | 'suppressed' | 'unknown' | 'cancelled',
      at: (row.settled_at as Date).toISOString(),
    }))
    await events.publish(Settled, { campaignId, deliveries })
  }
}
