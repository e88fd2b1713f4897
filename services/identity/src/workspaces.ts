import type { z } from 'zod'
import { recordAudit } from './contract/audit.ts'
import type { Member, Role, Workspace } from './contract.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import {
  findWorkspace,
  insertMembership,
  insertWorkspace,
  listAllWorkspaces,
  listMembers as listMemberRows,
  renameWorkspace,
} from './store/workspaces.ts'

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
  return toWorkspace(row, 'owner')
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

export async function listMembers({ db }: Pick<Deps, 'db'>, tenantId: string): Promise<z.input<typeof Member>[]> {
  const rows = await db.withTenant(tenantId, (trx) => listMemberRows(trx, tenantId))
  return rows.map((row) => ({
    userId: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    joinedAt: row.created_at.toISOString(),
  }))
}

export async function listWorkspaces({ db }: Pick<Deps, 'db'>, page: { after?: string | undefined; limit: number }) {
  const rows = await db.transaction((trx) => listAllWorkspaces(trx, page.after, page.limit))
  return rows.map((row) => ({ tenantId: row.tenant_id, name: row.name }))
}

export function toWorkspace(row: { tenant_id: string; name: string; created_at: Date }, role: Role): Workspace {
  return { id: row.tenant_id, name: row.name, role, createdAt: row.created_at.toISOString() }
}
