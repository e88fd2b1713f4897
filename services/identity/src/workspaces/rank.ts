import { type Role, roles } from '../permissions.ts'

/** Roles are declared from the most to the least powerful. */
export function outranks(role: Role, other: Role): boolean {
  return roles.indexOf(role) < roles.indexOf(other)
}

/** Whether a caller may give, take or change a role: never one above their own, and of owners only an owner decides. */
export function mayDecideOn(caller: Role, role: Role): boolean {
  return caller === 'owner' || (caller === 'admin' && role !== 'owner')
}
