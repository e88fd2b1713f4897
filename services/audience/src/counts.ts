import type { Deps } from './deps.ts'
import { countContactRows, countTags } from './store/contacts.ts'

export async function countContacts(
  deps: Pick<Deps, 'db'>,
  tenantId: string,
): Promise<{ contacts: number; reachable: number; suppressed: number }> {
  return deps.db.withTenant(tenantId, countContactRows)
}

export async function listTags(deps: Pick<Deps, 'db'>, tenantId: string): Promise<{ tag: string; contacts: number }[]> {
  return deps.db.withTenant(tenantId, countTags)
}
