import { can, type PermissionDemands, type WorkspaceCaller } from '@fanfare/kernel'
import type { Permission } from '../permissions.ts'
import type { Acting } from './members.ts'

export const permitted = (permission: Permission, demands: PermissionDemands = {}) => can(permission, demands)

/** The person who acts, on a route that is for people only. */
export function actingOf({ tenantId, userId }: WorkspaceCaller): Acting {
  if (userId === undefined) throw new TypeError('The route lets API keys in: give it { people: true }')
  return { tenantId, userId }
}
