import { defineJob, eraseTenant, type JobRun } from '@fanfare/kernel'
import { z } from 'zod'
import { recordAccountAudit } from '../audit/record-account-audit.ts'
import type { Trail } from '../audit/trail.ts'
import type { Deps } from '../deps.ts'
import { deleteExpired, listTenantsOfExpired } from '../store/exports.ts'
import { listDueDeletions } from '../store/workspaces.ts'

/** Carries no tenant: what it erases is among other things the jobs of one. */
export const KeepWorkspaces = defineJob('identity.keep-workspaces', z.object({}), { retryLimit: 0 })

type UpkeepDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'jobs' | 'log'> & { readonly trail: Pick<Trail, 'forget'> }

export function workWorkspaceUpkeep(deps: UpkeepDeps): void {
  deps.jobs.work(KeepWorkspaces, (_, run) => keepWorkspaces(deps, run))
  deps.jobs.schedule(KeepWorkspaces, '*/5 * * * *', {})
}

/** Erases workspaces whose grace is over, and exports that have run out. One that was cut off is taken up by the next run. */
async function keepWorkspaces(deps: UpkeepDeps, { signal }: Pick<JobRun, 'signal'>): Promise<void> {
  const { db, log, trail } = deps
  const now = deps.clock.now()
  for (const tenantId of await db.transaction((trx) => listTenantsOfExpired(trx, now))) {
    await db.withTenant(tenantId, (trx) => deleteExpired(trx, tenantId, now))
  }
  for (const tenantId of await db.transaction((trx) => listDueDeletions(trx, now))) {
    const rows = await eraseTenant(db, tenantId, { signal })
    await trail.forget(tenantId)
    // Its own trail has gone with it.
    const deleted = { accountId: undefined, action: 'workspace.deleted', after: { workspace: tenantId, rows } } as const
    await db.transaction((trx) => recordAccountAudit(deps, trx, deleted))
    log.warn({ workspace: tenantId, rows }, 'a workspace was deleted with all it held')
  }
}
