import { type Audited, recordAudit } from '../contract/audit.ts'
import type { Member } from '../contract/workspaces.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import type { Role } from '../permissions.ts'
import {
  deleteMember,
  findMember,
  listMembers as listMemberRows,
  lockMember,
  lockWorkspace,
  setRole,
} from '../store/members.ts'
import type { Trx } from '../store/schema.ts'
import { mayDecideOn } from './rank.ts'

/** A person of a workspace who does something to another. */
export interface Acting {
  readonly tenantId: string
  readonly userId: string
}

export async function listMembers({ db }: Pick<Deps, 'db'>, tenantId: string): Promise<Member[]> {
  const rows = await db.withTenant(tenantId, (trx) => listMemberRows(trx, tenantId))
  return rows.map(toMember)
}

type MemberDeps = Pick<Deps, 'db' | 'events' | 'live'>

/** Counts from the person's next call on: their role is read at each. Lines that are open were let in by the former one. */
export async function changeRole(deps: MemberDeps, acting: Acting, userId: string, role: Role): Promise<Member> {
  const { tenantId } = acting
  return keepingAnOwner(() =>
    deps.db.withTenant(tenantId, async (trx) => {
      const { caller, role: before } = await lockBoth(trx, acting, userId)
      assertMayDecide(caller, before)
      assertMayDecide(caller, role)
      const member = await getMember(trx, tenantId, userId)
      if (role === before) return member
      await setRole(trx, tenantId, userId, role)
      deps.live.endLines({ tenantId, userId })
      await audit(deps, tenantId, { action: 'member.role_changed', before: { role: before }, after: { role } }, member)
      return { ...member, role }
    }),
  )
}

export async function removeMember(deps: MemberDeps, acting: Acting, userId: string): Promise<void> {
  const { tenantId } = acting
  await keepingAnOwner(() =>
    deps.db.withTenant(tenantId, async (trx) => {
      const { caller, role } = await lockBoth(trx, acting, userId)
      assertMayDecide(caller, role)
      const member = await getMember(trx, tenantId, userId)
      await deleteMember(trx, tenantId, userId)
      deps.live.endLines({ tenantId, userId })
      await audit(deps, tenantId, { action: 'member.removed', before: { role } }, member)
    }),
  )
}

export async function leaveWorkspace(deps: MemberDeps, { tenantId, userId }: Acting): Promise<void> {
  await keepingAnOwner(() =>
    deps.db.withTenant(tenantId, async (trx) => {
      const role = await lockMember(trx, tenantId, userId)
      if (role === undefined) throw problem('workspace_missing', { detail: { workspace: tenantId } })
      const member = await getMember(trx, tenantId, userId)
      await deleteMember(trx, tenantId, userId)
      deps.live.endLines({ tenantId, userId })
      await audit(deps, tenantId, { action: 'member.left', before: { role } }, member)
    }),
  )
}

function audit(
  { events }: Pick<Deps, 'events'>,
  tenantId: string,
  audited: Pick<Audited, 'action' | 'before' | 'after'>,
  { userId, email }: Member,
): Promise<void> {
  return recordAudit(events, { tenantId, ...audited, target: { kind: 'member', id: userId, name: email } })
}

/** Both roles as they stand now: the caller's may have changed since the door looked. */
async function lockBoth(trx: Trx, { tenantId, userId: callerId }: Acting, userId: string) {
  // One change of the people of a workspace at a time; two that lock each other's rows would wait for ever.
  await lockWorkspace(trx, tenantId)
  const caller = await lockMember(trx, tenantId, callerId)
  const role = await lockMember(trx, tenantId, userId)
  if (caller === undefined) throw problem('workspace_missing', { detail: { workspace: tenantId } })
  if (role === undefined) throw problem('member_missing', { detail: { userId } })
  return { caller, role }
}

export function assertMayDecide(caller: Role, role: Role): void {
  if (!mayDecideOn(caller, role)) throw problem('role_too_high', { detail: { role: caller, wanted: role } })
}

/** The database refuses what would leave a workspace without an owner; says so in words. */
export async function keepingAnOwner<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if ((error as { constraint?: string }).constraint !== 'membership_last_owner') throw error
    throw problem('last_owner', { cause: error })
  }
}

async function getMember(trx: Trx, tenantId: string, userId: string): Promise<Member> {
  const row = await findMember(trx, tenantId, userId)
  if (row === undefined) throw problem('member_missing', { detail: { userId } })
  return toMember(row)
}

function toMember(row: NonNullable<Awaited<ReturnType<typeof findMember>>>): Member {
  return { userId: row.id, name: row.name, email: row.email, role: row.role, joinedAt: row.created_at.toISOString() }
}
