import { can, type WorkspaceCaller } from '@fanfare/kernel'
import { problem } from '../errors.ts'
import type { Permission } from '../permissions.ts'
import type { Acting } from './members.ts'

export const permitted = (permission: Permission) => can(permission)

/** The person who acts: on people and on the workspace itself no API key decides, whatever its role. */
export function actingOf(caller: WorkspaceCaller): Acting {
  const { tenantId, userId } = caller
  if (userId === undefined) throw problem('person_needed')
  return { tenantId, userId }
}
