import type { Kysely } from 'kysely'
import type { KeyRole, Role } from '../contract.ts'
import type { WhiteLabelTables } from './white-label.ts'

export interface Schema extends WhiteLabelTables {
  'identity.account': { id: string; email: string; name: string; password_hash: string; created_at: Date }
  'identity.session': {
    id: string
    token_hash: string
    account_id: string
    created_at: Date
    last_seen_at: Date
    expires_at: Date
  }
  'identity.setup': { only_row: boolean; token_hash: string; created_at: Date }
  'identity.workspace': { tenant_id: string; name: string; created_at: Date }
  'identity.membership': { tenant_id: string; account_id: string; role: Role; created_at: Date }
  'identity.api_key': {
    tenant_id: string
    id: string
    name: string
    role: KeyRole
    prefix: string
    hash: string
    created_at: Date
    last_used_at: Date | null
  }
}
export type Row<Table extends keyof Schema> = Schema[Table]
export type Trx = Kysely<Schema>
