import type { Generated, Kysely } from 'kysely'
import type { KeyRole, Role } from '../contract.ts'
import type { AuditSchema } from './audit.ts'
import type { ExternalAccountTables } from './external-accounts.ts'
import type { FactorTable } from './factors.ts'
import type { KeptMailTables } from './kept-mail.ts'
import type { OneTimeTables } from './one-time.ts'
import type { SessionTable } from './sessions.ts'
import type { SsoTables } from './sso.ts'

export interface Schema extends AuditSchema, OneTimeTables, KeptMailTables, ExternalAccountTables, SsoTables {
  'identity.account': {
    id: string
    email: string
    name: string
    /** Null: no password opens it. */
    password_hash: string | null
    created_at: Date
    email_version: Generated<number>
    email_verified_at: Generated<Date | null>
    is_operator: Generated<boolean>
  }
  'identity.session': SessionTable
  'identity.factor': FactorTable
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
