import type { Deps } from '../deps.ts'
import { sumExportBytes } from '../store/exports.ts'
import { countSeats } from '../store/members.ts'
import type { Trx } from '../store/schema.ts'
import { assertWithin, limitsOf } from './limits.ts'

/** Refuses one more person than the workspace has seats for. The caller holds the workspace, so two at once count both. */
export async function assertSeat(
  deps: Pick<Deps, 'clock' | 'config'>,
  trx: Trx,
  tenantId: string,
  { invitedToo, adding = 1 }: { invitedToo: boolean; adding?: number },
): Promise<void> {
  const { seats } = await limitsOf(deps, trx, tenantId)
  if (seats === null) return
  const { members, invited } = await countSeats(trx, tenantId, deps.clock.now())
  assertWithin('seats', { allowed: seats, used: invitedToo ? members + invited : members, adding })
}

export async function getUsage(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  tenantId: string,
): Promise<{ seats: number; storageBytes: number }> {
  return db.withTenant(tenantId, async (trx) => {
    const { members, invited } = await countSeats(trx, tenantId, clock.now())
    return { seats: members + invited, storageBytes: await sumExportBytes(trx, tenantId) }
  })
}
