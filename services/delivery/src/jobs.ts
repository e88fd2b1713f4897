import { defineJob } from '@fanfare/kernel'
import { z } from 'zod'
import type { Deps } from './deps.ts'
import { guardDispatch } from './engine/guard.ts'
import { cancelRest, settleDispatch } from './engine/settle.ts'
import { mendBatches } from './store/batches.ts'
import { listOpenDispatches } from './store/dispatches.ts'

/** Looks after every dispatch that is not finished: the net under processes that died between two steps. */
export const SweepDispatches = defineJob('delivery.sweep-dispatches', z.object({}), { retryLimit: 0 })

async function sweep(deps: Deps): Promise<void> {
  for (const ref of await deps.db.transaction(listOpenDispatches)) {
    const mended = await deps.db.withTenant(ref.tenantId, (trx) => mendBatches(trx, ref))
    if (mended > 0) deps.log.error({ ...ref, batches: mended }, 'batches that nobody could take were put back')
    await cancelRest(deps, ref)
    await settleDispatch(deps, ref)
    // What comes back hours after it was taken.
    await guardDispatch(deps, ref)
  }
}

export function registerJobs(deps: Deps): void {
  deps.jobs.work(SweepDispatches, () => sweep(deps))
  deps.jobs.schedule(SweepDispatches, '* * * * *', {})
}
