import type { Trx } from '@fanfare/kernel'
import type { Change } from '../store/outcomes.ts'
import type { DeliveryTables } from '../store/tables.ts'
import { addTraffic, type TrafficKind } from '../store/traffic.ts'
import type { BatchInHand } from './claim.ts'

/** Counts a set of outcomes for the view of what leaves where. */
export async function countTraffic(
  trx: Trx<DeliveryTables>,
  { ref, senderId, destination }: BatchInHand,
  changes: readonly Change[],
  changed: ReadonlySet<string>,
): Promise<void> {
  const counts: Record<TrafficKind, number> = { accepted: 0, deferred: 0, failed: 0, unknown: 0 }
  for (const { id, to } of changes) if (changed.has(id) && to in counts) counts[to as TrafficKind]++
  if (Object.values(counts).every((count) => count === 0)) return
  await addTraffic(trx, { tenantId: ref.tenantId, senderId, destination }, counts)
}
