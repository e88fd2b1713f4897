import type { Generated, Kysely } from 'kysely'
import type { Role } from '../contract.ts'
import type {
  AttemptTable,
  ExternalAccountTables,
  KeptMailTables,
  KnownDeviceTable,
  OneTimeTables,
  RefreshTokenTable,
  SessionTable,
  SigningKeyTable,
} from './tables/accounts.ts'
import type { AuditSchema } from './tables/audit.ts'
import type { FactorTables } from './tables/factors.ts'
import type { WhiteLabelTables } from './tables/white-label.ts'
import type { ApiKeyTable, SsoTables, WorkspaceLifeTables, WorkspaceTable } from './tables/workspaces.ts'

export interface Schema
  extends AuditSchema,
    OneTimeTables,
    KeptMailTables,
    FactorTables,
    ExternalAccountTables,
    SsoTables,
    WhiteLabelTables,
    WorkspaceLifeTables {
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
  'identity.refresh_token': RefreshTokenTable
  'identity.signing_key': SigningKeyTable
  'identity.attempt': AttemptTable
  'identity.known_device': KnownDeviceTable
  'identity.installation': { only_row: boolean; id: string }
  'identity.setup': { only_row: boolean; token_hash: string; created_at: Date }
  'identity.workspace': WorkspaceTable
  'identity.membership': { tenant_id: string; account_id: string; role: Role; created_at: Date }
  'identity.api_key': ApiKeyTable
}
export type Row<Table extends keyof Schema> = Schema[Table]
export type Trx = Kysely<Schema>
