import { sql } from 'kysely'
import type { Row, Trx } from './schema.ts'

export async function listTeams(trx: Trx, tenantId: string) {
  const { rows } = await sql<Row<'identity.team'> & { member_ids: string[] }>`
    select t.*, coalesce(
      (select array_agg(m.account_id order by m.added_at, m.account_id) from identity.team_member m
       where m.tenant_id = t.tenant_id and m.team_id = t.id), '{}') as member_ids
    from identity.team t where t.tenant_id = ${tenantId} order by lower(t.name)`.execute(trx)
  return rows
}

/** Undefined when a team of that name is there already; case makes no difference. */
export function insertTeam(trx: Trx, team: Row<'identity.team'>) {
  return trx
    .insertInto('identity.team')
    .values(team)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
}

/** Problem of the driver, 23505 on `team_name`, when another has the name. */
export function renameTeam(trx: Trx, tenantId: string, id: string, name: string) {
  return trx
    .updateTable('identity.team')
    .set({ name })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

export async function deleteTeam(trx: Trx, tenantId: string, id: string) {
  return trx
    .deleteFrom('identity.team')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .returning('name')
    .executeTakeFirst()
}

/** False when there is no such team, or no such member of the workspace. Somebody who is in it stays in it. */
export async function addToTeam(trx: Trx, place: Row<'identity.team_member'>): Promise<boolean> {
  const { rows } = await sql<{ known: boolean }>`
    with known as (
      select t.tenant_id, t.id, m.account_id from identity.team t join identity.membership m using (tenant_id)
      where t.tenant_id = ${place.tenant_id} and t.id = ${place.team_id} and m.account_id = ${place.account_id}
      for key share
    ), added as (
      insert into identity.team_member (tenant_id, team_id, account_id, added_at)
      select tenant_id, id, account_id, ${place.added_at}::timestamptz from known
      on conflict do nothing
    )
    select exists (select from known) as known`.execute(trx)
  return rows[0]?.known === true
}

export async function removeFromTeam(trx: Trx, tenantId: string, teamId: string, accountId: string): Promise<boolean> {
  const deleted = await trx
    .deleteFrom('identity.team_member')
    .where('tenant_id', '=', tenantId)
    .where('team_id', '=', teamId)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return deleted.numDeletedRows === 1n
}
