import type { Generated, Kysely } from 'kysely'
import type { Role } from '../contract.ts'
import type { ApiKeyTable } from './api-keys.ts'
import type { AttemptTable, KnownDeviceTable } from './attempts.ts'
import type { AuditSchema } from './audit.ts'
import type { ExternalAccountTables } from './external-accounts.ts'
import type { FactorTables } from './factor.ts'
import type { KeptMailTables } from './kept-mail.ts'
import type { OneTimeTables } from './one-time.ts'
import type { RefreshTokenTable } from './refresh-tokens.ts'
import type { SessionTable } from './sessions.ts'
import type { SigningKeyTable } from './signing-keys.ts'
import type { SsoTables } from './sso.ts'
import type { WhiteLabelTables } from './white-label.ts'
import type { WorkspaceLifeTables, WorkspaceTable } from './workspace-life.ts'

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
