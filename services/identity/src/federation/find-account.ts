import { isProblem } from '@fanfare/kernel'
import { createAccount } from '../accounts/create-account.ts'
import { recordAccountAudit } from '../audit/record-account-audit.ts'
import type { Deps } from '../deps.ts'
import { findAccountByEmail, renameAccount } from '../store/accounts.ts'
import * as external from '../store/external-accounts.ts'
import type { Trx } from '../store/schema.ts'
import { tellOfLink } from './mails.ts'
import type { ExternalProfile } from './profiles.ts'

type Needed = Pick<Deps, 'clock' | 'ids' | 'mail' | 'http'>

/** What a provider says, and whose word it is. */
export interface Said {
  /** A vendor's name, or `sso:<workspace>`. */
  readonly provider: string
  readonly profile: ExternalProfile
}

export interface Found {
  readonly id: string
  readonly email: string
  readonly name: string
}

/** The account of the subject, with what the provider says by now. Its address stays what the person chose here. */
export async function findLinked(
  { clock }: Pick<Deps, 'clock'>,
  trx: Trx,
  { provider, profile }: Said,
): Promise<Found | undefined> {
  const found = await external.findExternalAccount(trx, { provider, ...profile })
  if (found === undefined) return undefined
  await external.refreshExternalAccount(trx, found.id, { ...seenOf(profile), last_used_at: clock.now() })
  const account = { id: found.account_id, email: found.email, name: found.name }
  // A name that the person has not changed here follows the provider's.
  if (profile.name === undefined || found.name !== found.synced_name || found.name === profile.name) return account
  await renameAccount(trx, account.id, profile.name)
  return { ...account, name: profile.name }
}

/** Links the account with the same address, when both sides have proven it and nobody else of the provider is linked. */
export async function adopt(deps: Needed, trx: Trx, said: Said): Promise<Found | undefined> {
  const { email, emailVerified } = said.profile
  if (email === undefined || !emailVerified) return undefined
  const account = await findAccountByEmail(trx, email)
  // Else who wrote somebody's address into an account first would share it with them.
  if (account === undefined || account.email_verified_at === null) return undefined
  if (!(await link(deps, trx, said, account.id))) return undefined
  await tellOfLink(deps, { to: account.email, provider: said.provider })
  return account
}

/** Undefined when the address is not proven, or is somebody's already: then it is for them to link it. */
export async function makeAccount(deps: Needed, trx: Trx, said: Said): Promise<Found | undefined> {
  const { email, emailVerified, name: given } = said.profile
  if (email === undefined || !emailVerified) return undefined
  const name = given ?? email.slice(0, email.indexOf('@'))
  const id = await createAccount(deps, trx, { email, name, passwordHash: undefined }).catch((error: unknown) => {
    if (isProblem(error, 'identity.address_taken')) return undefined
    throw error
  })
  if (id === undefined) return undefined
  return (await link(deps, trx, said, id)) ? { id, email, name } : undefined
}

/** False when the subject belongs to an account already, or the account to another subject of the provider. */
export async function link(
  { ids, clock }: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  { provider, profile }: Said,
  accountId: string,
): Promise<boolean> {
  const now = clock.now()
  const made = await external.insertExternalAccount(trx, {
    id: ids.next(),
    account_id: accountId,
    provider,
    issuer: profile.issuer,
    subject: profile.subject,
    ...seenOf(profile),
    linked_at: now,
    last_used_at: now,
  })
  if (!made) return false
  await recordAccountAudit({ ids, clock }, trx, {
    accountId,
    action: 'external_account.linked',
    actor: { kind: 'person', id: accountId },
    after: { provider, email: profile.email ?? null },
  })
  return true
}

function seenOf({ email, emailVerified, name, pictureUrl }: ExternalProfile) {
  return { email: email ?? null, email_verified: emailVerified, name: name ?? null, picture_url: pictureUrl ?? null }
}
