import type { Config } from '../config.ts'
import { recordAudit } from '../contract/audit.ts'
import { limitNames, type WorkspaceLimitChange, type WorkspaceLimits } from '../contract/workspaces.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import type { Trx } from '../store/schema.ts'
import { findWorkspace, setLimits as storeLimits } from '../store/workspaces.ts'

export { assertWithin } from '../contract/limits.ts'

/** What a workspace may use: the installation's defaults, but for what the operator has set. */
export function mergeLimits(config: Config, own: Partial<WorkspaceLimits> | null): WorkspaceLimits {
  const defaults: WorkspaceLimits = {
    contacts: config.limitContacts ?? null,
    sendsPerMonth: config.limitSendsPerMonth ?? null,
    storageBytes: config.limitStorageMb === undefined ? null : config.limitStorageMb * 1_000_000,
    seats: config.limitSeats ?? null,
    requestsPerMinute: config.limitRequestsPerMinute ?? null,
    aiUsdPerMonth: config.limitAiUsdPerMonth ?? null,
  }
  return { ...defaults, ...own }
}

export async function limitsOf({ config }: Pick<Deps, 'config'>, trx: Trx, tenantId: string): Promise<WorkspaceLimits> {
  const row = await findWorkspace(trx, tenantId)
  return mergeLimits(config, row?.limits ?? null)
}

export async function getLimits(deps: Pick<Deps, 'db' | 'config'>, tenantId: string): Promise<WorkspaceLimits> {
  return deps.db.withTenant(tenantId, (trx) => limitsOf(deps, trx, tenantId))
}

/** Sets what is named: a number, null for no limit, or `default` for that of the installation. */
export async function setLimits(
  deps: Pick<Deps, 'db' | 'config' | 'events'>,
  tenantId: string,
  change: WorkspaceLimitChange,
): Promise<WorkspaceLimits> {
  return deps.db.withTenant(tenantId, async (trx) => {
    const row = await findWorkspace(trx, tenantId)
    if (row === undefined) throw problem('workspace_missing', { detail: { workspace: tenantId } })
    const own: Record<string, number | null> = { ...row.limits }
    for (const name of limitNames) {
      const value = change[name]
      if (value === 'default') delete own[name]
      else if (value !== undefined) own[name] = value
    }
    await storeLimits(trx, tenantId, own)
    const [before, after] = [mergeLimits(deps.config, row.limits), mergeLimits(deps.config, own)]
    await recordAudit(deps.events, { tenantId, action: 'workspace.limits_changed', before, after })
    return after
  })
}
