import { type Role, roles } from '@fanfare/identity/permissions'
import { roleNames } from '../../words.ts'

/** What each role is for, beside its name. */
export const roleTexts: Readonly<Record<Role, string>> = {
  owner: 'Everything, and what becomes of the workspace',
  admin: 'Approves and sends, and looks after people and settings',
  editor: 'Prepares contacts, emails and campaigns',
  viewer: 'Looks',
}

/** The roles that somebody may give and take: never one above their own; the server holds to the same. */
export function rolesFor(own: Role | undefined): readonly Role[] {
  if (own === 'owner') return roles
  return own === 'admin' ? roles.filter((role) => role !== 'owner') : []
}

export function roleChoices(own: Role | undefined) {
  return rolesFor(own).map((value) => ({ value, label: roleNames[value] }))
}
