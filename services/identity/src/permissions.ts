export const roles = ['owner', 'admin', 'editor', 'viewer'] as const
export type Role = (typeof roles)[number]
/** What an API key can be: a member's role, or one for a program that sends messages and must not read or change anything else. */
export const keyRoles = [...roles, 'sender'] as const
export type KeyRole = (typeof keyRoles)[number]

/** Every permission and the roles that have it: the one table that the server and the console both ask. */
export const permissions = {
  'ai.read': ['owner', 'admin', 'editor', 'viewer'],
  'ai.run': ['owner', 'admin', 'editor'],
  'analytics.read': ['owner', 'admin', 'editor', 'viewer'],
  'analytics.write': ['owner', 'admin', 'editor'],
  'audit.read': ['owner', 'admin'],
  'campaigns.approve': ['owner', 'admin'],
  'campaigns.read': ['owner', 'admin', 'editor', 'viewer'],
  'campaigns.send': ['owner', 'admin'],
  'campaigns.write': ['owner', 'admin', 'editor'],
  'contacts.export': ['owner', 'admin'],
  'contacts.read': ['owner', 'admin', 'editor', 'viewer'],
  'contacts.write': ['owner', 'admin', 'editor'],
  'content.read': ['owner', 'admin', 'editor', 'viewer'],
  'content.write': ['owner', 'admin', 'editor'],
  'delivery.read': ['owner', 'admin', 'editor', 'viewer'],
  'delivery.write': ['owner', 'admin'],
  'keys.manage': ['owner', 'admin'],
  'members.manage': ['owner', 'admin'],
  'members.read': ['owner', 'admin', 'editor', 'viewer'],
  'messages.read': ['owner', 'admin', 'editor', 'viewer', 'sender'],
  'messages.send': ['owner', 'admin', 'sender'],
  'system.read': ['owner', 'admin'],
  'webhooks.read': ['owner', 'admin', 'editor', 'viewer'],
  'webhooks.write': ['owner', 'admin'],
  'workspace.own': ['owner'],
  'workspace.read': ['owner', 'admin', 'editor', 'viewer'],
  'workspace.write': ['owner', 'admin'],
} as const satisfies Record<string, readonly KeyRole[]>
export type Permission = keyof typeof permissions

/** The permissions of a role. */
export function permissionsOf(role: KeyRole): ReadonlySet<Permission> {
  const names = Object.keys(permissions) as Permission[]
  return new Set(names.filter((name) => (permissions[name] as readonly KeyRole[]).includes(role)))
}

/** Whether a role may do a thing: the same answer in a route and on a button. */
export function allows(role: KeyRole, permission: Permission): boolean {
  return (permissions[permission] as readonly KeyRole[]).includes(role)
}
