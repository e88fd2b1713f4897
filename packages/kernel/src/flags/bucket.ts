import { createHash } from 'node:crypto'
import type { FlagRule } from '../flags.ts'

/** Whether a rule is on for a tenant: named tenants first, then the share. */
export function isOnFor(rule: FlagRule, tenantId: string): boolean {
  return rule.tenants[tenantId] ?? shareOf(rule.name, tenantId) < rule.percentage
}

/** Where a tenant stands among all, from 0 to 100: evenly spread, another place for each flag, the same in every process. */
function shareOf(flag: string, tenantId: string): number {
  const hash = createHash('sha256').update(`${flag}\n${tenantId}`).digest()
  return (hash.readUInt32BE(0) / 2 ** 32) * 100
}
