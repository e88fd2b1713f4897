import type { Access } from '@fanfare/kernel'
import type { Principal } from './cast.ts'

/** The codes with which the door turns somebody away before a handler sees the request. */
export const refusals = new Set([
  'http.unauthenticated',
  'http.forbidden',
  'http.person_needed',
  'http.workspace_needed',
  'http.factor_needed',
  'http.proof_needed',
])

/** What the door says to a caller in their own workspace: the code of a refusal, or undefined when they are let in. */
export function refusalOf(access: Access, { kind, permissions }: Pick<Principal, 'kind' | 'permissions'>) {
  if (access.kind === 'anyone') return undefined
  if (kind === 'nobody') return 'http.unauthenticated'
  const refusalOfKeys = kind === 'key' && isForPeople(access) ? 'http.person_needed' : undefined
  if (access.kind === 'signed_in') return refusalOfKeys
  if (kind === 'drifter') return 'http.workspace_needed'
  return permissions.has(access.permission) ? refusalOfKeys : 'http.forbidden'
}

function isForPeople(access: Exclude<Access, { kind: 'anyone' }>): boolean {
  return access.kind === 'signed_in' || access.people === true || (access.recent === true && access.keys !== true)
}
