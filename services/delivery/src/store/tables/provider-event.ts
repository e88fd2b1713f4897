import type { Generated } from 'kysely'

export interface ProviderEventTable {
  tenant_id: string
  key: string
  seen_at: Generated<Date>
}
