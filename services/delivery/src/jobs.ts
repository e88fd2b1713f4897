import { defineJob, systemClock } from '@fanfare/kernel'
import { z } from 'zod'
import type { Deps } from './deps.ts'
import { listOpenDispatches } from './store/dispatches.ts'
import type { DispatchRef } from './store/tables.ts'

const ofCampaign = z.object({ campaignId: z.uuid() })
/** Sends what is due of one campaign until nothing is. At most one runs for a campaign. */
export const Dispatch = defineJob('delivery.dispatch', ofCampaign, { retryLimit: 20, heartbeatSeconds: 10 })
/** Starts `Dispatch` at a later time; a job of its own, since a running one keeps its key. */
export const WakeDispatch = defineJob('delivery.wake-dispatch', ofCampaign)
/** Starts every dispatch that may have work: the net under lost wake-ups and jobs that gave up. */
export const SweepDispatches = defineJob('delivery.sweep-dispatches', z.object({}), { retryLimit: 0 })

/** Also wakes it a moment later: a run that is just ending would swallow the first. */
export async function startWork(deps: Pick<Deps, 'jobs'>, ref: DispatchRef): Promise<void> {
  await enqueueDispatch(deps, ref)
  await wakeLater(deps, ref, 2_000)
}

export async function wakeLater(deps: Pick<Deps, 'jobs'>, ref: DispatchRef, delayMs: number): Promise<void> {
  // Queue and leases go by the database's clock, which follows the machine's and not one that a test moved.
  const startAfter = new Date(systemClock.now().getTime() + delayMs)
  const { tenantId, campaignId } = ref
  await deps.jobs.enqueue(WakeDispatch, { campaignId }, { tenantId, startAfter, singletonKey: campaignId })
}

async function enqueueDispatch({ jobs }: Pick<Deps, 'jobs'>, { tenantId, campaignId }: DispatchRef): Promise<void> {
  await jobs.enqueue(Dispatch, { campaignId }, { tenantId, singletonKey: campaignId })
}

async function sweep(deps: Deps): Promise<void> {
  const open = await deps.db.transaction(listOpenDispatches)
  for (const ref of open) await enqueueDispatch(deps, ref)
}

export function registerJobs(deps: Deps): void {
  deps.jobs.work(
    Dispatch,
    async ({ campaignId }, { tenantId, signal }) => {
      if (tenantId !== undefined) await deps.engine.run({ tenantId, campaignId }, signal)
    },
    { concurrency: deps.config.concurrentDispatches },
  )
  deps.jobs.work(WakeDispatch, async ({ campaignId }, { tenantId }) => {
    if (tenantId !== undefined) await enqueueDispatch(deps, { tenantId, campaignId })
  })
  deps.jobs.work(SweepDispatches, () => sweep(deps))
  deps.jobs.schedule(SweepDispatches, '* * * * *', {})
}
