import type { WorkspaceCaller } from '@fanfare/kernel'
import { problem } from '../errors.ts'
import { type KeyRole, keyRoles, type Permission, permissionsOf } from '../permissions.ts'

/** What a key is given. */
export interface Grant {
  readonly role: KeyRole
  /** Undefined or null: all that the role has. */
  readonly scopes: readonly string[] | null | undefined
}

/** Never more than the role has, whatever was stored when the role had more. */
export function permissionsOfGrant({ role, scopes }: Grant): ReadonlySet<Permission> {
  const ofRole = permissionsOf(role)
  if (!scopes) return ofRole
  return new Set([...ofRole].filter((permission) => scopes.includes(permission)))
}

/**
 * Holds that nobody gives more than they have: neither a higher role, nor a permission that they lack themselves, which a
 * scoped key does. Also asked before somebody changes or renews a key, which would put its power into their hands.
 */
export function assertMayGive(caller: Pick<WorkspaceCaller, 'role' | 'permissions'>, grant: Grant): void {
  const { role, scopes } = grant
  // They are declared from the most to the least powerful.
  if (keyRoles.indexOf(role) < keyRoles.indexOf(caller.role as KeyRole)) {
    throw problem('role_too_high', { detail: { role: caller.role, wanted: role } })
  }
  const beyondRole = (scopes ?? []).filter((scope) => !permissionsOf(role).has(scope as Permission))
  if (beyondRole.length > 0) throw problem('scope_beyond_role', { detail: { role, scopes: beyondRole.join(', ') } })
  const lacking = [...permissionsOfGrant(grant)].filter((permission) => !caller.permissions.has(permission))
  if (lacking.length > 0) throw problem('scope_beyond_caller', { detail: { scopes: lacking.join(', ') } })
}
