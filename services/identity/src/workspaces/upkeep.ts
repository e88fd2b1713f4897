import { defineJob, eraseTenant, type JobRun } from '@fanfare/kernel'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { deleteExpired, listTenantsOfExpired } from '../store/exports.ts'
import { listDueDeletions } from '../store/workspaces.ts'

/** Carries no tenant: what it erases is among other things the jobs of one. */
export const KeepWorkspaces = defineJob('identity.keep-workspaces', z.object({}), { retryLimit: 0 })

type UpkeepDeps = Pick<Deps, 'db' | 'clock' | 'jobs' | 'log'>

export function workWorkspaceUpkeep(deps: UpkeepDeps): void {
  deps.jobs.work(KeepWorkspaces, (_, run) => keepWorkspaces(deps, run))
  deps.jobs.schedule(KeepWorkspaces, '*/5 * * * *', {})
}

/** Erases workspaces whose grace is over, and exports that have run out. One that was cut off is taken up by the next run. */
async function keepWorkspaces({ db, clock, log }: UpkeepDeps, { signal }: Pick<JobRun, 'signal'>): Promise<void> {
  const now = clock.now()
  for (const tenantId of await db.transaction((trx) => listTenantsOfExpired(trx, now))) {
    await db.withTenant(tenantId, (trx) => deleteExpired(trx, tenantId, now))
  }
  for (const tenantId of await db.transaction((trx) => listDueDeletions(trx, now))) {
    const rows = await eraseTenant(db, tenantId, { signal })
    log.warn({ workspace: tenantId, rows }, 'a workspace was deleted with all it held')
  }
}
