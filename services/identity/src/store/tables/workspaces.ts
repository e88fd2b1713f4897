import type { Generated } from 'kysely'
import type { WorkspaceLimits } from '../../contract/workspaces.ts'
import type { KeyRole, Role } from '../../permissions.ts'

export interface WorkspaceTable {
  tenant_id: string
  name: string
  created_at: Date
  needs_second_factor: Generated<boolean>
  suspended_at: Date | null
  suspended_reason: string | null
  /** Counts what halts the workspace or lets it go on. */
  halt_version: Generated<number>
  /** When it is to be deleted; until then that can be undone. */
  deletion_at: Date | null
  deletion_asked_by: string | null
  /** What differs from the defaults of the installation. */
  limits: Partial<WorkspaceLimits> | null
}

/** Tables of what happens to a workspace and its people. */
export interface WorkspaceLifeTables {
  'identity.team': { tenant_id: string; id: string; name: string; created_at: Date }
  'identity.team_member': { tenant_id: string; team_id: string; account_id: string; added_at: Date }
  'identity.invitation': InvitationTable
  'identity.transfer': {
    tenant_id: string
    from_account_id: string
    to_account_id: string
    created_at: Date
    expires_at: Date
  }
  'identity.workspace_export': ExportTable
  'identity.workspace_export_piece': { tenant_id: string; export_id: string; number: number; content: Buffer }
}

export interface InvitationTable {
  tenant_id: string
  id: string
  email: string
  role: Role
  invited_by: string | null
  created_at: Date
  sent_at: Date
  expires_at: Date
}

export const exportStates = ['waiting', 'running', 'done', 'failed'] as const

export interface ExportTable {
  tenant_id: string
  id: string
  asked_by: string
  state: (typeof exportStates)[number]
  tables_done: number
  tables_all: number
  rows_written: string | number
  bytes: string | number
  failure: string | null
  created_at: Date
  finished_at: Date | null
  expires_at: Date
}

export interface ApiKeyTable {
  tenant_id: string
  id: string
  name: string
  role: KeyRole
  /** Null: all that the role has. */
  scopes: string[] | null
  prefix: string
  hash: string
  created_at: Date
  created_by: string | null
  expires_at: Date | null
  allowed_networks: string[]
  last_used_at: Date | null
  last_used_address: string | null
  /** The secret of before the last rotation, good until `former_until`. */
  former_hash: string | null
  former_prefix: string | null
  former_until: Date | null
}

export interface SsoTables {
  'identity.sso_connection': {
    tenant_id: string
    issuer: string
    client_id: string
    /** Sealed. */
    client_secret: string
    default_role: Exclude<Role, 'owner'>
    required: boolean
    mfa_counts: boolean
    changed_at: Date
  }
  'identity.sso_domain': {
    tenant_id: string
    id: string
    domain: string
    challenge: string
    challenged_at: Date
    verified_at: Date | null
  }
}

export type ConnectionRow = SsoTables['identity.sso_connection']

export type DomainRow = SsoTables['identity.sso_domain']
