import type { Kysely } from 'kysely'
import type { Role } from '../contract.ts'
import type { ApiKeyTable } from './api-keys.ts'
import type { AuditSchema } from './audit.ts'
import type { FactorTable } from './factors.ts'
import type { SessionTable } from './sessions.ts'

export interface Schema extends AuditSchema {
  'identity.account': { id: string; email: string; name: string; password_hash: string; created_at: Date }
  'identity.session': SessionTable
  'identity.factor': FactorTable
  'identity.setup': { only_row: boolean; token_hash: string; created_at: Date }
  'identity.workspace': { tenant_id: string; name: string; created_at: Date }
  'identity.membership': { tenant_id: string; account_id: string; role: Role; created_at: Date }
  'identity.api_key': ApiKeyTable
}
export type Row<Table extends keyof Schema> = Schema[Table]
export type Trx = Kysely<Schema>
