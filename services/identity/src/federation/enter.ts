import { recordAudit } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { type Client, type OpenedSession, openSession } from '../sessions/open-session.ts'
import { insertMember, lockMember, lockWorkspace } from '../store/members.ts'
import type { Trx } from '../store/schema.ts'
import { findConnection, isProvenDomain } from '../store/sso.ts'
import { listWorkspacesOf } from '../store/workspaces.ts'
import { assertSeat } from '../workspaces/seats.ts'
import { isHalted } from '../workspaces/standing.ts'
import { domainOf, refuseWhereSsoIsDemanded } from './demand.ts'
import { adopt, type Found, findLinked, makeAccount, type Said } from './find-account.ts'
import { createWorkspaceOf } from './newcomer.ts'
import { keyOf } from './parties.ts'
import type { ExternalProfile } from './profiles.ts'

type Entering = Pick<Deps, 'db' | 'clock' | 'ids' | 'config' | 'events' | 'live' | 'mail' | 'http'>

export interface Entry {
  readonly profile: ExternalProfile
  readonly client: Client
  /** The session token that the request came with, if any: it ends. */
  readonly replaced: string | undefined
}

/**
 * Opens a session for whom a vendor has named: the account that is linked to the subject, or the one whose address is proven
 * on both sides, which is linked now. Where sign-up is open, a proven address that nobody has makes an account. Anybody else
 * gets one answer, whether or not there is an account with the address.
 * Problems: `identity.federation_unknown`, `identity.sso_required`.
 */
export async function enterByVendor(deps: Entering, provider: string, entry: Entry): Promise<OpenedSession> {
  const said = { provider, profile: entry.profile }
  const { client, replaced } = entry
  return deps.db.transaction(async (trx) => {
    const account =
      (await findLinked(deps, trx, said)) ??
      (await adopt(deps, trx, said)) ??
      (await signUp(deps, trx, said)) ??
      // Two first sign-ins at once are both the person's.
      (await findLinked(deps, trx, said))
    if (account === undefined) throw problem('federation_unknown')
    await refuseWhereSsoIsDemanded(deps, account.id)
    return openSession(deps, trx, { accountId: account.id, methods: ['oidc'], client, replaced })
  })
}

async function signUp(deps: Entering, trx: Trx, said: Said): Promise<Found | undefined> {
  if (deps.config.signUp !== 'open') return undefined
  const account = await makeAccount(deps, trx, said)
  if (account !== undefined) await createWorkspaceOf(deps, account)
  return account
}

/**
 * Opens a session for whom the issuer of a workspace has named. Its word counts for addresses of domains that the workspace
 * has proven, and for no others: neither for the address it names nor for that of the account. Who is new gets an account and
 * the default role; who was a member before and is not any more is not let back in.
 * Problems: `identity.federation_unverified`, `identity.federation_domain`, `identity.federation_unknown`; for who is new also
 * `identity.workspace_halted` and `identity.limit_reached`.
 */
export async function enterBySso(deps: Entering, tenantId: string, entry: Entry): Promise<OpenedSession> {
  const { profile, client, replaced } = entry
  const said = { provider: keyOf({ kind: 'sso', tenantId }), profile }
  return deps.db.withTenant(tenantId, async (trx) => {
    const connection = await findConnection(trx, tenantId)
    if (connection === undefined) throw problem('federation_off')
    const linked = await findLinked(deps, trx, said)
    const account = linked ?? (await join(deps, trx, { tenantId, said, role: connection.default_role }))
    await demandProven(trx, tenantId, account.email)
    const trusted = connection.mfa_counts && profile.multiFactor && (await isOnlyIn(deps, account.id, tenantId))
    const methods = trusted ? (['oidc', 'oidc_mfa'] as const) : (['oidc'] as const)
    return openSession(deps, trx, { accountId: account.id, methods, client, replaced })
  })
}

interface Newcomer {
  readonly tenantId: string
  readonly said: Said
  readonly role: 'admin' | 'editor' | 'viewer'
}

async function join(deps: Entering, trx: Trx, { tenantId, said, role }: Newcomer): Promise<Found> {
  const { email, emailVerified } = said.profile
  if (email === undefined || !emailVerified) throw problem('federation_unverified')
  await demandProven(trx, tenantId, email)
  const account =
    (await adopt(deps, trx, said)) ?? (await makeAccount(deps, trx, said)) ?? (await findLinked(deps, trx, said))
  if (account === undefined) throw problem('federation_unknown')
  const workspace = await lockWorkspace(trx, tenantId)
  if ((await lockMember(trx, tenantId, account.id)) !== undefined) return account
  if (workspace === undefined) throw problem('federation_off')
  if (isHalted(workspace)) throw problem('workspace_halted', { detail: { workspace: workspace.name } })
  await assertSeat(deps, trx, tenantId, { invitedToo: false })
  await insertMember(trx, { tenant_id: tenantId, account_id: account.id, role, created_at: deps.clock.now() })
  await recordAudit(deps.events, {
    tenantId,
    action: 'member.joined_by_sso',
    actor: { kind: 'person', id: account.id },
    target: { kind: 'member', id: account.id, name: account.email },
    after: { role },
  })
  return account
}

/** Problem `identity.federation_domain`. */
export async function demandProven(trx: Trx, tenantId: string, email: string): Promise<void> {
  const domain = domainOf(email)
  if (!(await isProvenDomain(trx, tenantId, domain))) throw problem('federation_domain', { detail: { domain } })
}

/** One workspace's issuer must not save the second step of an account that also opens others. */
async function isOnlyIn({ db }: Pick<Deps, 'db'>, accountId: string, tenantId: string): Promise<boolean> {
  const all = await db.transaction((trx) => listWorkspacesOf(trx, accountId), { userId: accountId })
  return all.every((workspace) => workspace.tenant_id === tenantId)
}
