import { type Insertable, sql } from 'kysely'
import type { WorkspaceLimits } from '../contract/workspaces.ts'
import type { Row, Trx } from './schema.ts'
import type { WorkspaceTable } from './tables/workspaces.ts'

export async function insertWorkspace(trx: Trx, workspace: Insertable<WorkspaceTable>): Promise<void> {
  await trx.insertInto('identity.workspace').values(workspace).execute()
}

export function findWorkspace(trx: Trx, tenantId: string) {
  return trx.selectFrom('identity.workspace').selectAll().where('tenant_id', '=', tenantId).executeTakeFirst()
}

/** On which terms it is open; asked at every call of a key. */
export function getTerms(trx: Trx, tenantId: string) {
  return trx
    .selectFrom('identity.workspace')
    .select(['suspended_at', 'suspended_reason', 'deletion_at', 'limits'])
    .where('tenant_id', '=', tenantId)
    .executeTakeFirstOrThrow()
}

export function renameWorkspace(trx: Trx, tenantId: string, name: string) {
  return trx
    .updateTable('identity.workspace')
    .set({ name })
    .where('tenant_id', '=', tenantId)
    .returningAll()
    .executeTakeFirst()
}

export async function setSecondFactorRule(trx: Trx, tenantId: string, needed: boolean): Promise<void> {
  await trx
    .updateTable('identity.workspace')
    .set({ needs_second_factor: needed })
    .where('tenant_id', '=', tenantId)
    .execute()
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
    .select([
      'w.tenant_id',
      'w.name',
      'w.created_at',
      'w.suspended_at',
      'w.suspended_reason',
      'w.deletion_at',
      'w.limits',
      'w.needs_second_factor',
      'm.role',
    ])
    .where('m.account_id', '=', accountId)
    .orderBy('w.created_at')
    .orderBy('w.tenant_id')
    .execute()
}

/** What differs from the defaults of the installation. */
export async function setLimits(trx: Trx, tenantId: string, limits: Partial<WorkspaceLimits>): Promise<void> {
  await trx
    .updateTable('identity.workspace')
    .set({ limits: sql`${JSON.stringify(limits)}::jsonb` })
    .where('tenant_id', '=', tenantId)
    .execute()
}

/** Stops a workspace, or lets it go on with null. Returns it as it is then. */
export function setSuspension(trx: Trx, tenantId: string, at: Date | null, reason: string | null) {
  return trx
    .updateTable('identity.workspace')
    .set({ suspended_at: at, suspended_reason: reason, halt_version: sql`halt_version + 1` })
    .where('tenant_id', '=', tenantId)
    .returningAll()
    .executeTakeFirst()
}

/** Sets when it is to be deleted, or never with null. Returns it as it is then. */
export function setDeletion(trx: Trx, tenantId: string, at: Date | null, askedBy: string | null) {
  return trx
    .updateTable('identity.workspace')
    .set({ deletion_at: at, deletion_asked_by: askedBy, halt_version: sql`halt_version + 1` })
    .where('tenant_id', '=', tenantId)
    .returningAll()
    .executeTakeFirst()
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

/** Workspaces whose grace is over; row security opens the directory for it. */
export async function listDueDeletions(trx: Trx, now: Date): Promise<string[]> {
  await sql`set local app.directory = 'on'`.execute(trx)
  const rows = await trx
    .selectFrom('identity.workspace')
    .select('tenant_id')
    .where('deletion_at', '<=', now)
    .orderBy('deletion_at')
    .execute()
  await sql`set local app.directory = ''`.execute(trx)
  return rows.map(({ tenant_id }) => tenant_id)
}
