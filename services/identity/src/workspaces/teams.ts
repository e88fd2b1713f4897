import { isUniqueViolation } from '@fanfare/kernel'
import { recordAudit } from '../contract/audit.ts'
import type { Team } from '../contract/workspaces.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import type { Row } from '../store/schema.ts'
import * as store from '../store/teams.ts'

export async function listTeams({ db }: Pick<Deps, 'db'>, tenantId: string): Promise<Team[]> {
  const rows = await db.withTenant(tenantId, (trx) => store.listTeams(trx, tenantId))
  return rows.map((row) => toTeam(row, row.member_ids))
}

export async function createTeam(
  { db, ids, clock, events }: Pick<Deps, 'db' | 'ids' | 'clock' | 'events'>,
  tenantId: string,
  name: string,
): Promise<Team> {
  const row = { tenant_id: tenantId, id: ids.next(), name, created_at: clock.now() }
  return db.withTenant(tenantId, async (trx) => {
    const made = await store.insertTeam(trx, row)
    if (made === undefined) throw taken(name)
    await recordAudit(events, { tenantId, action: 'team.created', target: { kind: 'team', id: made.id, name } })
    return toTeam(made, [])
  })
}

export async function renameTeam(
  { db, events }: Pick<Deps, 'db' | 'events'>,
  tenantId: string,
  teamId: string,
  name: string,
): Promise<Team> {
  try {
    return await db.withTenant(tenantId, async (trx) => {
      const before = find(await store.listTeams(trx, tenantId), teamId)
      if ((await store.renameTeam(trx, tenantId, teamId, name)) === undefined) throw missing(teamId)
      const target = { kind: 'team', id: teamId, name }
      const change = { before: { name: before.name }, after: { name } }
      await recordAudit(events, { tenantId, action: 'team.renamed', target, ...change })
      return find(await store.listTeams(trx, tenantId), teamId)
    })
  } catch (error) {
    if (isUniqueViolation(error, 'team_name')) throw taken(name)
    throw error
  }
}

export async function deleteTeam(
  { db, events }: Pick<Deps, 'db' | 'events'>,
  tenantId: string,
  teamId: string,
): Promise<void> {
  await db.withTenant(tenantId, async (trx) => {
    const deleted = await store.deleteTeam(trx, tenantId, teamId)
    if (deleted === undefined) throw missing(teamId)
    const target = { kind: 'team', id: teamId, name: deleted.name }
    await recordAudit(events, { tenantId, action: 'team.deleted', target })
  })
}

interface Place {
  readonly tenantId: string
  readonly teamId: string
  readonly userId: string
}

export async function addToTeam(
  { db, clock, events }: Pick<Deps, 'db' | 'clock' | 'events'>,
  place: Place,
): Promise<Team> {
  const { tenantId, teamId, userId } = place
  return db.withTenant(tenantId, async (trx) => {
    const row = { tenant_id: tenantId, team_id: teamId, account_id: userId, added_at: clock.now() }
    const known = await store.addToTeam(trx, row)
    const team = find(await store.listTeams(trx, tenantId), teamId)
    if (!known) throw problem('member_missing', { detail: { userId } })
    const target = { kind: 'team', id: teamId, name: team.name }
    await recordAudit(events, { tenantId, action: 'team.member_added', target, after: { member: userId } })
    return team
  })
}

export async function removeFromTeam(
  { db, events }: Pick<Deps, 'db' | 'events'>,
  { tenantId, teamId, userId }: Place,
): Promise<void> {
  await db.withTenant(tenantId, async (trx) => {
    const removed = await store.removeFromTeam(trx, tenantId, teamId, userId)
    if (!removed) throw problem('team_member_missing', { detail: { teamId, userId } })
    const target = { kind: 'team', id: teamId }
    await recordAudit(events, { tenantId, action: 'team.member_removed', target, before: { member: userId } })
  })
}

function find(rows: Awaited<ReturnType<typeof store.listTeams>>, teamId: string): Team {
  const row = rows.find(({ id }) => id === teamId)
  if (row === undefined) throw missing(teamId)
  return toTeam(row, row.member_ids)
}

function toTeam(row: Row<'identity.team'>, memberIds: readonly string[]): Team {
  return { id: row.id, name: row.name, memberIds: [...memberIds], createdAt: row.created_at.toISOString() }
}

const missing = (teamId: string) => problem('team_missing', { detail: { teamId } })
const taken = (name: string) => problem('team_taken', { detail: { name } })
