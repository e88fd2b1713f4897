import { sql } from 'kysely'
import type { Role } from '../permissions.ts'
import type { Row, Trx } from './schema.ts'

/** False when the person is in the workspace already: two acceptances at once make one membership. */
export async function insertMember(trx: Trx, membership: Row<'identity.membership'>): Promise<boolean> {
  const inserted = await trx
    .insertInto('identity.membership')
    .values(membership)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}

/** The role as it stands, kept so until the transaction ends. */
export async function lockMember(trx: Trx, tenantId: string, accountId: string): Promise<Role | undefined> {
  const row = await trx
    .selectFrom('identity.membership')
    .select('role')
    .where('tenant_id', '=', tenantId)
    .where('account_id', '=', accountId)
    .forUpdate()
    .executeTakeFirst()
  return row?.role
}

/** The trigger `membership_owner_stays` refuses it for the last owner. */
export async function setRole(trx: Trx, tenantId: string, accountId: string, role: Role): Promise<void> {
  await trx
    .updateTable('identity.membership')
    .set({ role })
    .where('tenant_id', '=', tenantId)
    .where('account_id', '=', accountId)
    .execute()
}

/** The trigger `membership_owner_remains` refuses it for the last owner. Their places in teams go with it. */
export async function deleteMember(trx: Trx, tenantId: string, accountId: string): Promise<void> {
  await trx
    .deleteFrom('identity.membership')
    .where('tenant_id', '=', tenantId)
    .where('account_id', '=', accountId)
    .execute()
}

export function findMember(trx: Trx, tenantId: string, accountId: string) {
  return trx
    .selectFrom('identity.membership as m')
    .innerJoin('identity.account as a', 'a.id', 'm.account_id')
    .select(['a.id', 'a.name', 'a.email', 'm.role', 'm.created_at'])
    .where('m.tenant_id', '=', tenantId)
    .where('m.account_id', '=', accountId)
    .executeTakeFirst()
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

export async function findMemberByEmail(trx: Trx, tenantId: string, email: string): Promise<string | undefined> {
  const row = await trx
    .selectFrom('identity.membership as m')
    .innerJoin('identity.account as a', 'a.id', 'm.account_id')
    .select('a.id')
    .where('m.tenant_id', '=', tenantId)
    .where('a.email', '=', email)
    .executeTakeFirst()
  return row?.id
}

/** Members and invitations that can still be accepted: all of them hold a seat. */
export async function countSeats(trx: Trx, tenantId: string, now: Date): Promise<{ members: number; invited: number }> {
  const { rows } = await sql<{ members: number; invited: number }>`
    select
      (select count(*) from identity.membership where tenant_id = ${tenantId})::int as members,
      (select count(*) from identity.invitation where tenant_id = ${tenantId} and expires_at > ${now})::int as invited
  `.execute(trx)
  return rows[0] as { members: number; invited: number }
}

/** Keeps the people of a workspace as they are until the transaction ends. Undefined when there is no such workspace. */
export async function lockWorkspace(trx: Trx, tenantId: string) {
  return trx
    .selectFrom('identity.workspace')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .forNoKeyUpdate()
    .executeTakeFirst()
}
