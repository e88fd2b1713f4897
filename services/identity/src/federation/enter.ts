import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { type Client, type OpenedSession, openSession } from '../sessions/open-session.ts'
import { findAccountByEmail, getAccount, insertAccount } from '../store/accounts.ts'
import * as external from '../store/external-accounts.ts'
import type { Trx } from '../store/schema.ts'
import { findConnection, isProvenDomain } from '../store/sso.ts'
import { insertMembershipOnce, listWorkspacesOf } from '../store/workspaces.ts'
import { domainOf, refuseWhereSsoIsDemanded } from './demand.ts'
import { keyOf, type PartyRef } from './parties.ts'
import type { ExternalProfile } from './profiles.ts'

type Entering = Pick<Deps, 'db' | 'clock' | 'ids' | 'config'>

export interface Entry {
  readonly profile: ExternalProfile
  readonly client: Client
  /** The session token that the request came with, if any: it ends. */
  readonly replaced: string | undefined
}

/**
 * Opens a session for whom a vendor has named: the account that is linked to the subject, or the one whose address is proven
 * on both sides, which is linked now. Anybody else gets one answer, whether or not there is an account with the address.
 * Problems: `identity.federation_unknown`, `identity.sso_required`.
 */
export async function enterByVendor(deps: Entering, provider: string, entry: Entry): Promise<OpenedSession> {
  const { profile, client, replaced } = entry
  return deps.db.transaction(async (trx) => {
    const linked = () => findLinked(deps, trx, provider, profile)
    // Asked again at the end: two first sign-ins at once are both the person's.
    const account = (await linked()) ?? (await adopt(deps, trx, provider, profile)) ?? (await linked())
    if (account === undefined) throw problem('federation_unknown')
    await refuseWhereSsoIsDemanded(deps, account)
    return openSession(deps, trx, { accountId: account.id, methods: ['oidc'], client, replaced })
  })
}

/**
 * Opens a session for whom the issuer of a workspace has named. Its word counts for addresses of domains that the workspace
 * has proven, and for no others: neither for the address it names nor for that of the account. Who is new gets an account and
 * the default role; who was a member before and is not any more is not let back in.
 * Problems: `identity.federation_unverified`, `identity.federation_domain`, `identity.federation_unknown`.
 */
export async function enterBySso(deps: Entering, tenantId: string, entry: Entry): Promise<OpenedSession> {
  const provider = keyOf({ kind: 'sso', tenantId })
  const { profile, client, replaced } = entry
  return deps.db.withTenant(tenantId, async (trx) => {
    const connection = await findConnection(trx, tenantId)
    if (connection === undefined) throw problem('federation_off')
    const linked = await findLinked(deps, trx, provider, profile)
    const account = linked ?? (await provision(deps, trx, { tenantId, provider, profile, role: connection.default_role }))
    await demandProven(trx, tenantId, account.email)
    const trusted = connection.mfa_counts && profile.multiFactor && (await isOnlyIn(deps, account.id, tenantId))
    const methods = trusted ? (['oidc', 'oidc_mfa'] as const) : (['oidc'] as const)
    return openSession(deps, trx, { accountId: account.id, methods, client, replaced })
  })
}

interface Found {
  readonly id: string
  readonly email: string
}

/** The account of the subject, with what the provider says by now. Its address stays what the person chose here. */
async function findLinked(deps: Entering, trx: Trx, provider: string, profile: ExternalProfile) {
  const found = await external.findExternalAccount(trx, { provider, ...profile })
  if (found === undefined) return undefined
  await external.refreshExternalAccount(trx, found.id, { ...seenOf(profile), last_used_at: deps.clock.now() })
  // A name that the person has not changed here follows the provider's.
  if (profile.name !== undefined && found.name === found.synced_name && found.name !== profile.name) {
    await external.renameAccount(trx, found.account_id, profile.name)
  }
  return { id: found.account_id, email: found.email }
}

/** Links the account with the same address, when both sides have proven it and nobody else of the provider is linked. */
async function adopt(deps: Entering, trx: Trx, provider: string, profile: ExternalProfile): Promise<Found | undefined> {
  if (profile.email === undefined || !profile.emailVerified) return undefined
  const account = await findAccountByEmail(trx, profile.email)
  if (account === undefined || !isAddressProven(account)) return undefined
  return (await link(deps, trx, { provider, profile, accountId: account.id })) ? account : undefined
}

/** The address of an account was proven by a mail when it was made, except that of the set-up, which nobody mailed to. */
function isAddressProven({ is_operator }: { is_operator: boolean }): boolean {
  return !is_operator
}

interface Newcomer {
  readonly tenantId: string
  readonly provider: string
  readonly profile: ExternalProfile
  readonly role: 'admin' | 'editor' | 'viewer'
}

async function provision(deps: Entering, trx: Trx, { tenantId, provider, profile, role }: Newcomer): Promise<Found> {
  if (profile.email === undefined || !profile.emailVerified) throw problem('federation_unverified')
  await demandProven(trx, tenantId, profile.email)
  const account =
    (await adopt(deps, trx, provider, profile)) ??
    (await makeAccount(deps, trx, provider, profile)) ??
    // Two first sign-ins at once are both the person's.
    (await findLinked(deps, trx, provider, profile))
  if (account === undefined) throw problem('federation_unknown')
  await insertMembershipOnce(trx, {
    tenant_id: tenantId,
    account_id: account.id,
    role,
    created_at: deps.clock.now(),
  })
  return account
}

/** Undefined when the address is somebody's already: then it is for them to link it. */
async function makeAccount(deps: Entering, trx: Trx, provider: string, profile: ExternalProfile) {
  const email = profile.email as string
  const id = deps.ids.next()
  const name = profile.name ?? email.slice(0, email.indexOf('@'))
  const made = await insertAccount(trx, { id, email, name, password_hash: null, created_at: deps.clock.now() })
  if (made !== id) return undefined
  return (await link(deps, trx, { provider, profile, accountId: id })) ? { id, email } : undefined
}

async function link(
  { ids, clock }: Pick<Deps, 'ids' | 'clock'>,
  trx: Trx,
  { provider, profile, accountId }: { provider: string; profile: ExternalProfile; accountId: string },
): Promise<boolean> {
  const now = clock.now()
  return external.insertExternalAccount(trx, {
    id: ids.next(),
    account_id: accountId,
    provider,
    issuer: profile.issuer,
    subject: profile.subject,
    ...seenOf(profile),
    linked_at: now,
    last_used_at: now,
  })
}

function seenOf({ email, emailVerified, name, pictureUrl }: ExternalProfile) {
  return { email: email ?? null, email_verified: emailVerified, name: name ?? null, picture_url: pictureUrl ?? null }
}

async function demandProven(trx: Trx, tenantId: string, email: string): Promise<void> {
  const domain = domainOf(email)
  if (!(await isProvenDomain(trx, tenantId, domain))) throw problem('federation_domain', { detail: { domain } })
}

/** One workspace's issuer must not save the second step of an account that also opens others. */
async function isOnlyIn({ db }: Pick<Deps, 'db'>, accountId: string, tenantId: string): Promise<boolean> {
  const all = await db.transaction((trx) => listWorkspacesOf(trx, accountId), { userId: accountId })
  return all.every((workspace) => workspace.tenant_id === tenantId)
}

/**
 * Links what the provider said to the account that asked for it while signed in. A vendor's account may have any address; the
 * single sign-on of a workspace links only the very address of the account, in one of its own domains, since it can open it.
 * Problems: `identity.federation_taken`, `identity.federation_domain`, `identity.federation_unverified`.
 */
export async function linkToAccount(
  deps: Entering,
  ref: PartyRef,
  { accountId, profile }: { accountId: string; profile: ExternalProfile },
): Promise<void> {
  await deps.db.transaction(async (trx) => {
    if (ref.kind === 'sso') await demandOwnAddress(deps, ref.tenantId, await getAccount(trx, accountId), profile)
    if (!(await link(deps, trx, { provider: keyOf(ref), profile, accountId }))) throw problem('federation_taken')
  })
}

async function demandOwnAddress(
  { db }: Pick<Deps, 'db'>,
  tenantId: string,
  account: Found,
  { email, emailVerified }: ExternalProfile,
): Promise<void> {
  if (!emailVerified) throw problem('federation_unverified')
  const domain = domainOf(email ?? '')
  if (email !== account.email) throw problem('federation_domain', { detail: { domain } })
  await db.withTenant(tenantId, (trx) => demandProven(trx, tenantId, account.email))
}
