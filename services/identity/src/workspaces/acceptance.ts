import { findOneTime, redeemOneTime } from '../accounts/one-time.ts'
import { recordAudit } from '../contract/audit.ts'
import type { OpenInvitation, Workspace } from '../contract/workspaces.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { findAccountByEmail, getAccount, markEmailVerified } from '../store/accounts.ts'
import { consumeInvitation, findInvitation } from '../store/invitations.ts'
import { insertMember, lockWorkspace } from '../store/members.ts'
import type { Trx } from '../store/schema.ts'
import { findWorkspace } from '../store/workspaces.ts'
import { assertSeat } from './seats.ts'
import { isHalted, toWorkspace } from './standing.ts'

type AcceptDeps = Pick<Deps, 'db' | 'clock' | 'config' | 'events' | 'mail'>

/** What the holder of a link may know; looking uses nothing up. */
export async function findOpenInvitation(deps: AcceptDeps, token: string): Promise<OpenInvitation> {
  const { address, tenantId, invitationId } = await findBound(deps, token)
  const now = deps.clock.now()
  return deps.db.withTenant(tenantId, async (trx) => {
    const row = await findInvitation(trx, tenantId, invitationId)
    const workspace = await findWorkspace(trx, tenantId)
    if (row === undefined || workspace === undefined || row.expires_at <= now) throw problem('invitation_gone')
    return {
      workspaceName: workspace.name,
      email: address,
      role: row.role,
      invitedBy: row.inviter,
      canSignUp: deps.config.signUp !== 'off',
      hasAccount: (await findAccountByEmail(trx, address)) !== undefined,
      expiresAt: row.expires_at.toISOString(),
    }
  })
}

/**
 * Accepts for the signed-in person, whose address must be the invited one: an account's address is always a proven one. Of two
 * at once one makes the membership and the other finds the link used up.
 */
export async function acceptInvitation(deps: AcceptDeps, userId: string, token: string): Promise<Workspace> {
  const { tenantId } = await findBound(deps, token)
  return deps.db.withTenant(tenantId, (trx) => acceptWithin(deps, trx, { userId, token }))
}

/**
 * The same inside the transaction that has just made the account, for signing up with an invitation. The transaction has no
 * tenant yet, or the invitation's.
 */
export async function acceptWithin(
  deps: AcceptDeps,
  trx: Trx,
  { userId, token }: { userId: string; token: string },
): Promise<Workspace> {
  const { address, tenantId, invitationId } = await findBound(deps, token)
  const account = await getAccount(trx, userId)
  // Before it is used up: a stranger who got hold of the link must not take it from the person.
  if (account.email !== address) throw problem('invitation_foreign', { detail: { email: account.email } })
  return deps.db.withTenant(tenantId, async (inside) => {
    const workspace = await lockWorkspace(inside, tenantId)
    if (workspace === undefined) throw problem('invitation_gone')
    if (isHalted(workspace)) throw problem('workspace_halted', { detail: { workspace: workspace.name } })
    const redeemed = await redeemOneTime(deps, inside, { purpose: 'invitation', token })
    const now = deps.clock.now()
    const used = redeemed && (await consumeInvitation(inside, { tenantId, id: invitationId, email: address, now }))
    if (used === undefined) throw problem('invitation_gone')
    await assertSeat(deps, inside, tenantId, { invitedToo: false })
    // Whoever is in it already keeps the role they have: an invitation never lowers an owner.
    const joined = await insertMember(inside, {
      tenant_id: tenantId,
      account_id: userId,
      role: used.role,
      created_at: now,
    })
    // The link came by mail to that address and to nobody else; carried by hand it proves nothing.
    if (deps.mail.hasServer) await markEmailVerified(inside, userId, now)
    const target = { kind: 'member', id: userId, name: address }
    if (joined)
      await recordAudit(deps.events, { tenantId, action: 'member.joined', target, after: { role: used.role } })
    return toWorkspace(workspace, used.role)
  })
}

async function findBound(deps: AcceptDeps, token: string) {
  const found = await deps.db.transaction((trx) => findOneTime(deps, trx, { purpose: 'invitation', token }))
  const [tenantId, invitationId] = found?.about?.split('/') ?? []
  if (found?.address === undefined || tenantId === undefined || invitationId === undefined) {
    throw problem('invitation_gone')
  }
  return { address: found.address, tenantId, invitationId }
}
