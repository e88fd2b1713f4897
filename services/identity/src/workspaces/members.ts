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

/** Counts from the person's next call on: their role is read at each. */
export async function changeRole(deps: Pick<Deps, 'db'>, acting: Acting, userId: string, role: Role): Promise<Member> {
  const { tenantId } = acting
  return keepingAnOwner(() =>
    deps.db.withTenant(tenantId, async (trx) => {
      const { caller, role: before } = await lockBoth(trx, acting, userId)
      assertMayDecide(caller, before)
      assertMayDecide(caller, role)
      if (role !== before) await setRole(trx, tenantId, userId, role)
      return getMember(trx, tenantId, userId)
    }),
  )
}

export async function removeMember(deps: Pick<Deps, 'db'>, acting: Acting, userId: string): Promise<void> {
  const { tenantId } = acting
  await keepingAnOwner(() =>
    deps.db.withTenant(tenantId, async (trx) => {
      const { caller, role } = await lockBoth(trx, acting, userId)
      assertMayDecide(caller, role)
      await deleteMember(trx, tenantId, userId)
    }),
  )
}

export async function leaveWorkspace(deps: Pick<Deps, 'db'>, { tenantId, userId }: Acting): Promise<void> {
  await keepingAnOwner(() =>
    deps.db.withTenant(tenantId, async (trx) => {
      const role = await lockMember(trx, tenantId, userId)
      if (role === undefined) throw problem('workspace_missing', { detail: { workspace: tenantId } })
      await deleteMember(trx, tenantId, userId)
    }),
  )
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
