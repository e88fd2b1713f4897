import { permissionsOf } from '@fanfare/identity/permissions'
import type { ApiKey } from '../../api/types.ts'

type Scope = ApiKey['permissions'][number]

/** What somebody of a role may give to a key of a role: what both have. */
export function grantable(role: ApiKey['role'], own: ApiKey['role']): Scope[] {
  const mine = permissionsOf(own)
  return [...permissionsOf(role)].filter((permission) => mine.has(permission)).toSorted()
}

/** Permissions by what they are about, `contacts` before `webhooks`. */
export function byArea(scopes: readonly Scope[]): [string, Scope[]][] {
  const areas = Map.groupBy(scopes, (scope) => scope.split('.')[0] ?? '')
  return [...areas].toSorted(([one], [other]) => one.localeCompare(other))
}

const areas: Readonly<Record<string, string>> = {
  ai: 'Brand and crew',
  audit: 'Audit trail',
  content: 'Emails and partials',
  delivery: 'Senders and deliveries',
  keys: 'API keys',
  messages: 'Messages by the API',
}
const verbs: Readonly<Record<string, string>> = {
  read: 'Read',
  write: 'Change',
  send: 'Send',
  run: 'Run',
  approve: 'Approve',
  export: 'Export',
  manage: 'Manage',
  own: 'Own',
}

export function areaName(area: string): string {
  return areas[area] ?? capital(area)
}

export function verbName(scope: Scope): string {
  const verb = scope.split('.')[1] ?? scope
  return verbs[verb] ?? capital(verb)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
