import { sql } from 'kysely'
import type { Row, Trx } from './schema.ts'

export async function insertWorkspace(trx: Trx, workspace: Row<'identity.workspace'>): Promise<void> {
  await trx.insertInto('identity.workspace').values(workspace).execute()
}

export function findWorkspace(trx: Trx, tenantId: string) {
  return trx.selectFrom('identity.workspace').selectAll().where('tenant_id', '=', tenantId).executeTakeFirst()
}

export function renameWorkspace(trx: Trx, tenantId: string, name: string) {
  return trx
    .updateTable('identity.workspace')
    .set({ name })
    .where('tenant_id', '=', tenantId)
    .returningAll()
    .executeTakeFirst()
}

/** Every workspace of the installation; the one query for which row security opens the directory. */
export async function listAllWorkspaces(trx: Trx, after: string | undefined, limit: number) {
  await sql`select set_config('app.directory', 'on', true)`.execute(trx)
  return trx
    .selectFrom('identity.workspace')
    .select(['tenant_id', 'name'])
    .$if(after !== undefined, (query) => query.where('tenant_id', '>', after as string))
    .orderBy('tenant_id')
    .limit(limit)
    .execute()
}

export async function insertMembership(trx: Trx, membership: Row<'identity.membership'>): Promise<void> {
  await trx.insertInto('identity.membership').values(membership).execute()
}

/** A person's workspaces, oldest first. Runs with the person's id and no tenant, where row security shows only these. */
export function listWorkspacesOf(trx: Trx, accountId: string) {
  return trx
    .selectFrom('identity.membership as m')
    .innerJoin('identity.workspace as w', 'w.tenant_id', 'm.tenant_id')
    .select(['w.tenant_id', 'w.name', 'w.created_at', 'm.role'])
    .where('m.account_id', '=', accountId)
    .orderBy('w.created_at')
    .orderBy('w.tenant_id')
    .execute()
}

export function listMembers(trx: Trx, tenantId: string) {
  return trx
    .selectFrom('identity.membership as m')
    .innerJoin('identity.account as a', 'a.id', 'm.account_id')
    .select(['a.id', 'a.name', 'a.email', 'm.role', 'm.created_at'])
    .where('m.tenant_id', '=', tenantId)
    .orderBy('m.created_at')
    .orderBy('a.id')
    .execute()
}
