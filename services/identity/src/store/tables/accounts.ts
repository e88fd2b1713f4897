import type { AuthMethod } from '../../sessions/methods.ts'

/** Failures in a row of one account, device or address, or of all. */
export interface AttemptTable {
  scope: string
  /** A keyed hash: what was typed as an address may be a password. */
  subject: string
  failures: number
  blocked_until: Date
  forget_at: Date
}

export interface KnownDeviceTable {
  account_id: string
  token_hash: string
  created_at: Date
  last_seen_at: Date
}

/** One sign-in of a person, whatever tokens it has had. */
export interface SessionTable {
  id: string
  /** Of the token in the cookie; null for a program's session, which has refresh tokens instead. */
  token_hash: string | null
  account_id: string
  created_at: Date
  last_seen_at: Date
  expires_at: Date
  address: string
  user_agent: string
  methods: AuthMethod[]
  /** Whether it still owes its second factor. */
  partial: boolean
  /** When its person last proved who they are; null while they have not. */
  proven_at: Date | null
  revoked_at: Date | null
  /** Grows when the session is raised: access tokens of an earlier version have ended. */
  version: number
}

/** One generation of a session's refresh tokens. */
export interface RefreshTokenTable {
  token_hash: string
  session_id: string
  generation: number
  created_at: Date
  expires_at: Date
  spent_at: Date | null
  /** The address and agent that it was spent from. */
  spent_by: string | null
}

export interface SigningKeyTable {
  /** The thumbprint of the public key (RFC 7638): the `kid` of what it signs. */
  id: string
  /** Counts up; two processes that make the next key at once agree on one by it. */
  number: number
  public_key: unknown
  /** The private JWK, sealed with the kernel's keys. */
  private_key: string
  signs_from: Date
  created_at: Date
}

export interface OneTimeTables {
  'identity.one_time_token': {
    purpose: string
    subject: string
    hash: string
    account_id: string | null
    /** Null: works whatever becomes of the account's address. */
    email_version: number | null
    address: string | null
    about: string | null
    created_at: Date
    expires_at: Date
  }
}

export interface KeptMailTables {
  'identity.kept_mail': { id: string; sealed: string; created_at: Date }
}

export interface ExternalAccountTables {
  'identity.external_account': {
    id: string
    account_id: string
    /** A vendor's name, or `sso:<workspace>`. */
    provider: string
    issuer: string
    subject: string
    email: string | null
    email_verified: boolean
    name: string | null
    picture_url: string | null
    linked_at: Date
    last_used_at: Date
  }
  'identity.sign_in_flow': {
    state_hash: string
    browser_hash: string
    provider: string
    sealed: string
    purpose: 'sign_in' | 'link'
    account_id: string | null
    session_id: string | null
    return_to: string
    expires_at: Date
  }
}

export type ExternalAccountRow = ExternalAccountTables['identity.external_account']

export type FlowRow = ExternalAccountTables['identity.sign_in_flow']
