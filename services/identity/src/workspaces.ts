import { recordAudit } from './contract/audit.ts'
import type { Role, Workspace } from './contract.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import {
  findWorkspace,
  insertMembership,
  insertWorkspace,
  listAllWorkspaces,
  renameWorkspace,
} from './store/workspaces.ts'
import { toWorkspace, unhindered } from './workspaces/standing.ts'

export async function createWorkspace(
  { db, ids, clock, events }: Pick<Deps, 'db' | 'ids' | 'clock' | 'events'>,
  { userId, name }: { userId: string; name: string },
): Promise<Workspace> {
  const row = { tenant_id: ids.next(), name, created_at: clock.now() }
  await db.withTenant(row.tenant_id, async (trx) => {
    await insertWorkspace(trx, row)
    await insertMembership(trx, {
      tenant_id: row.tenant_id,
      account_id: userId,
      role: 'owner',
      created_at: row.created_at,
    })
    const target = { kind: 'workspace', id: row.tenant_id, name }
    await recordAudit(events, { tenantId: row.tenant_id, action: 'workspace.created', target })
  })
  return toWorkspace({ ...row, ...unhindered }, 'owner')
}

export async function getWorkspace({ db }: Pick<Deps, 'db'>, tenantId: string, role: Role): Promise<Workspace> {
  const row = await db.withTenant(tenantId, (trx) => findWorkspace(trx, tenantId))
  if (row === undefined) throw problem('workspace_missing', { detail: { workspace: tenantId } })
  return toWorkspace(row, role)
}

export async function updateWorkspace(
  { db, events }: Pick<Deps, 'db' | 'events'>,
  { tenantId, role, name }: { tenantId: string; role: Role; name: string },
): Promise<Workspace> {
  return db.withTenant(tenantId, async (trx) => {
    const before = await findWorkspace(trx, tenantId)
    const row = await renameWorkspace(trx, tenantId, name)
    if (!before || !row) throw problem('workspace_missing', { detail: { workspace: tenantId } })
    await recordAudit(events, {
      tenantId,
      action: 'workspace.renamed',
      target: { kind: 'workspace', id: tenantId, name },
      before: { name: before.name },
      after: { name },
    })
    return toWorkspace(row, role)
  })
}

export async function listWorkspaces({ db }: Pick<Deps, 'db'>, page: { after?: string | undefined; limit: number }) {
  const rows = await db.transaction((trx) => listAllWorkspaces(trx, page.after, page.limit))
  return rows.map((row) => ({ tenantId: row.tenant_id, name: row.name }))
}
