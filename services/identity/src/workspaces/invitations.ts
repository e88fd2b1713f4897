import { pageLinkAt } from '../accounts/links.ts'
import { issueOneTime } from '../accounts/one-time.ts'
import { recordAudit } from '../contract/audit.ts'
import { normaliseEmail } from '../contract/email.ts'
import type { Invitation, SentInvitation } from '../contract/workspaces.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import type { Role } from '../permissions.ts'
import * as store from '../store/invitations.ts'
import { findMemberByEmail, lockMember, lockWorkspace } from '../store/members.ts'
import type { Trx } from '../store/schema.ts'
import { findWorkspace } from '../store/workspaces.ts'
import { invitationMail } from './invitation-mail.ts'
import { type Acting, assertMayDecide } from './members.ts'
import { assertSeat } from './seats.ts'

const dayMs = 24 * 60 * 60 * 1_000
export const invitationDays = 7

type InviteDeps = Pick<Deps, 'brandOf' | 'db' | 'ids' | 'clock' | 'mail' | 'http' | 'config' | 'events'>

export async function listInvitations({ db }: Pick<Deps, 'db'>, tenantId: string): Promise<Invitation[]> {
  const rows = await db.withTenant(tenantId, (trx) => store.listInvitations(trx, tenantId))
  return rows.map(toInvitation)
}

/** Invites an address. It is told nowhere whether the address has an account. */
export async function invite(
  deps: InviteDeps,
  acting: Acting,
  wanted: { readonly email: string; readonly role: Role },
): Promise<SentInvitation> {
  const { tenantId, userId } = acting
  const email = normaliseEmail(wanted.email)
  return deps.db.withTenant(tenantId, async (trx) => {
    await assertMayInvite(trx, acting, wanted.role)
    if (await findMemberByEmail(trx, tenantId, email)) throw problem('member_already', { detail: { email } })
    const now = deps.clock.now()
    await assertSeat(deps, trx, tenantId, { invitedToo: true })
    const id = await store.insertInvitation(trx, {
      tenant_id: tenantId,
      id: deps.ids.next(),
      email,
      role: wanted.role,
      invited_by: userId,
      created_at: now,
      sent_at: now,
      expires_at: new Date(now.getTime() + invitationDays * dayMs),
    })
    if (id === undefined) throw problem('invitation_pending', { detail: { email } })
    await audit(deps, tenantId, 'invitation.created', { id, email, role: wanted.role })
    return send(deps, trx, tenantId, id)
  })
}

/** A new link by a new mail; the former one stops working. */
export async function resendInvitation(
  deps: InviteDeps,
  acting: Acting,
  invitationId: string,
): Promise<SentInvitation> {
  const { tenantId } = acting
  return deps.db.withTenant(tenantId, async (trx) => {
    const row = await getInvitation(trx, tenantId, invitationId)
    await assertMayInvite(trx, acting, row.role)
    const now = deps.clock.now()
    const expires_at = new Date(now.getTime() + invitationDays * dayMs)
    await store.renewInvitation(trx, { tenantId, id: invitationId, sent_at: now, expires_at })
    await assertSeat(deps, trx, tenantId, { invitedToo: true, adding: 0 })
    await audit(deps, tenantId, 'invitation.resent', row)
    return send(deps, trx, tenantId, invitationId)
  })
}

/** The link stops working at once. */
export async function revokeInvitation(
  deps: Pick<Deps, 'db' | 'events'>,
  acting: Acting,
  invitationId: string,
): Promise<void> {
  const { tenantId } = acting
  await deps.db.withTenant(tenantId, async (trx) => {
    const row = await getInvitation(trx, tenantId, invitationId)
    await assertMayInvite(trx, acting, row.role)
    await store.deleteInvitation(trx, tenantId, invitationId)
    await audit(deps, tenantId, 'invitation.revoked', row)
  })
}

function audit(
  { events }: Pick<Deps, 'events'>,
  tenantId: string,
  action: `invitation.${string}`,
  { id, email, role }: { id: string; email: string; role: Role },
): Promise<void> {
  return recordAudit(events, { tenantId, action, target: { kind: 'invitation', id, name: email }, after: { role } })
}

/** Nobody invites to a higher role than their own, whatever it was when the door looked. */
async function assertMayInvite(trx: Trx, { tenantId, userId }: Acting, role: Role): Promise<void> {
  await lockWorkspace(trx, tenantId)
  const caller = await lockMember(trx, tenantId, userId)
  if (caller === undefined) throw problem('workspace_missing', { detail: { workspace: tenantId } })
  assertMayDecide(caller, role)
}

async function send(deps: InviteDeps, trx: Trx, tenantId: string, id: string): Promise<SentInvitation> {
  const row = await getInvitation(trx, tenantId, id)
  const workspace = await findWorkspace(trx, tenantId)
  const token = await issueOneTime(deps, trx, {
    purpose: 'invitation',
    lifeMs: invitationDays * dayMs,
    address: row.email,
    about: aboutOf(tenantId, id),
  })
  const { siteUrl } = await deps.brandOf(tenantId)
  const url = pageLinkAt(siteUrl, '/invitation', token)
  await deps.mail.send({
    to: row.email,
    tenantId,
    template: invitationMail,
    values: {
      workspaceName: workspace?.name ?? '',
      inviter: row.inviter ?? undefined,
      role: row.role,
      url,
      days: invitationDays,
    },
  })
  return { ...toInvitation(row), link: deps.mail.hasServer ? null : url }
}

async function getInvitation(trx: Trx, tenantId: string, invitationId: string) {
  const row = await store.findInvitation(trx, tenantId, invitationId)
  if (row === undefined) throw problem('invitation_missing', { detail: { invitationId } })
  return row
}

/** What the one-time token of an invitation is about. */
export function aboutOf(tenantId: string, invitationId: string): string {
  return `${tenantId}/${invitationId}`
}

function toInvitation(row: Awaited<ReturnType<typeof store.listInvitations>>[number]): Invitation {
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    invitedBy: row.inviter,
    createdAt: row.created_at.toISOString(),
    sentAt: row.sent_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }
}
