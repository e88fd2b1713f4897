import type { FactorKind } from '../../contract/factors.ts'

export type CodeChannel = 'email' | 'sms'
export type CodePurpose = 'enrolment' | 'proof'
export type ChallengePurpose = 'registration' | 'proof' | 'sign_in'

/** The tables of second factors. None has a tenant: a factor is a person's, in all of their workspaces. */
export interface FactorTables {
  'identity.factor': {
    id: string
    account_id: string
    kind: FactorKind
    name: string
    /** The secret of an authenticator app, or a phone number; encrypted. */
    sealed: string | null
    /** Of an authenticator app: the time step of the last code that was taken. */
    last_step: number | null
    credential_id: string | null
    public_key: Uint8Array | null
    counter: number
    transports: string[]
    created_at: Date
    /** Null until the person has shown that it works: it counts for nothing before. */
    confirmed_at: Date | null
    last_used_at: Date | null
  }
  'identity.recovery_code': { account_id: string; salt: string; hash: string; created_at: Date }
  'identity.factor_code': {
    account_id: string
    channel: CodeChannel
    purpose: CodePurpose
    hash: string | null
    tries_left: number
    sent_at: Date
    expires_at: Date
    hour_since: Date
    sent_in_hour: number
  }
  'identity.passkey_challenge': {
    challenge: string
    purpose: ChallengePurpose
    session_id: string | null
    expires_at: Date
  }
}
