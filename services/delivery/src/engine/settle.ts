import { DispatchFinished } from '../contract.ts'
import { findDispatch, finishDispatch, noteReconciled } from '../store/dispatches.ts'
import { cancelPending, countDifference, lockIdleBatches } from '../store/ledger.ts'
import type { DispatchRef } from '../store/tables.ts'
import type { EngineDeps } from './deps.ts'
import { publishCancelled } from './recovery.ts'

type SettleDeps = Pick<EngineDeps, 'db' | 'events' | 'clock' | 'progress' | 'log'>

/** Closes a dispatch of which nothing is pending any more, tells of it, and counts its ledger once row by row. */
export async function settleDispatch(deps: SettleDeps, ref: DispatchRef): Promise<void> {
  const finished = await deps.db.withTenant(ref.tenantId, async (trx) => {
    const state = await finishDispatch(trx, ref)
    if (state === 'finished') await deps.events.publish(DispatchFinished, { campaignId: ref.dispatchId })
    return state
  })
  if (finished === undefined) return
  deps.progress.changed(ref)
  await reconcile(deps, ref)
}

/** Compares the counters with the rows they count. What differs is kept with the dispatch and shown with its accounting. */
export async function reconcile(deps: Pick<EngineDeps, 'db' | 'log'>, ref: DispatchRef): Promise<number> {
  const difference = await deps.db.withTenant(ref.tenantId, async (trx) => {
    const found = await countDifference(trx, ref)
    await noteReconciled(trx, ref, found)
    return found
  })
  if (difference !== 0) deps.log.error({ dispatchId: ref.dispatchId, difference }, 'the ledger and its counters differ')
  return difference
}

const cancelBatches = 20

/** Cancels, some batches at a time, what is left of a cancelled dispatch and in nobody's hands. Returns how many people. */
export async function cancelRest(deps: Pick<EngineDeps, 'db' | 'events' | 'clock'>, ref: DispatchRef): Promise<number> {
  let cancelled = 0
  for (;;) {
    const batches = await deps.db.withTenant(ref.tenantId, async (trx) => {
      const dispatch = await findDispatch(trx, ref)
      if (dispatch?.state !== 'cancelled') return 0
      const ids = await lockIdleBatches(trx, ref, cancelBatches)
      const rows = await cancelPending(trx, ref.tenantId, ids)
      await publishCancelled(deps, ref, dispatch.lane, rows)
      cancelled += rows.length
      return ids.length
    })
    if (batches < cancelBatches) return cancelled
  }
}
