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
  await sql`set local app.directory = 'on'`.execute(trx)
  const rows = await trx
    .selectFrom('identity.workspace')
    .select(['tenant_id', 'name'])
    .$if(after !== undefined, (query) => query.where('tenant_id', '>', after as string))
    .orderBy('tenant_id')
    .limit(limit)
    .execute()
  await sql`set local app.directory = ''`.execute(trx)
  return rows
}

export async function insertMembership(trx: Trx, membership: Row<'identity.membership'>): Promise<void> {
  await trx.insertInto('identity.membership').values(membership).execute()
}

/** False for who is a member already; nothing changes then. */
export async function insertMembershipOnce(trx: Trx, membership: Row<'identity.membership'>): Promise<boolean> {
  const made = await trx
    .insertInto('identity.membership')
    .values(membership)
    .onConflict((conflict) => conflict.doNothing())
    .returning('account_id')
    .executeTakeFirst()
  return made !== undefined
}

/** Gives a workspace that nobody is in to its first member; changes nothing once there is one. */
export async function insertFirstMembership(trx: Trx, membership: Row<'identity.membership'>): Promise<void> {
  const { tenant_id, account_id, role, created_at } = membership
  await sql`
    insert into identity.membership (tenant_id, account_id, role, created_at)
    select ${tenant_id}::uuid, ${account_id}::uuid, ${role}, ${created_at}::timestamptz
    where not exists (select from identity.membership where tenant_id = ${tenant_id}::uuid)
  `.execute(trx)
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

/** Whether somebody else owns the workspace. Keeps it so until the transaction ends: two owners cannot leave at once. */
export async function hasOtherOwner(trx: Trx, tenantId: string, accountId: string): Promise<boolean> {
  await trx
    .selectFrom('identity.workspace')
    .select('tenant_id')
    .where('tenant_id', '=', tenantId)
    .forNoKeyUpdate()
    .execute()
  const row = await trx
    .selectFrom('identity.membership')
    .select('account_id')
    .where('tenant_id', '=', tenantId)
    .where('role', '=', 'owner')
    .where('account_id', '!=', accountId)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteMembership(trx: Trx, tenantId: string, accountId: string): Promise<void> {
  await trx
    .deleteFrom('identity.membership')
    .where('tenant_id', '=', tenantId)
    .where('account_id', '=', accountId)
    .execute()
}
