import { recordAccountAudit } from '../audit/record-account-audit.ts'
import { recordAudit } from '../contract/audit.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { revokeSessions } from '../sessions/revoke-sessions.ts'
import { deleteAccountRow, getAccount } from '../store/accounts.ts'
import { deleteMembership, hasOtherOwner, listWorkspacesOf } from '../store/workspaces.ts'
import { accountDeletedMail } from './mails.ts'

/**
 * Deletes the account of a person with their memberships. Name and address go; what they did in a workspace stays there under
 * an id that leads nowhere. Refused (`identity.only_owner`) while a workspace would be left without an owner.
 */
export async function deleteAccount(deps: Deps, userId: string): Promise<void> {
  const { db } = deps
  await db.transaction(
    async (trx) => {
      const account = await getAccount(trx, userId)
      // In one order for everybody, so that two who leave at once wait for each other instead of colliding.
      const workspaces = (await listWorkspacesOf(trx, userId)).toSorted((a, b) => (a.tenant_id < b.tenant_id ? -1 : 1))
      const left: string[] = []
      for (const { tenant_id, name, role } of workspaces) {
        const leavable = await db.withTenant(tenant_id, async (own) => {
          if (role === 'owner' && !(await hasOtherOwner(own, tenant_id, userId))) return false
          await deleteMembership(own, tenant_id, userId)
          await recordAudit(deps.events, {
            tenantId: tenant_id,
            action: 'member.left',
            target: { kind: 'member', id: userId },
            before: { role },
          })
          return true
        })
        if (!leavable) left.push(name)
      }
      if (left.length > 0) throw problem('only_owner', { detail: { workspaces: left.join(', ') } })
      await revokeSessions(deps, trx, { accountId: userId })
      await recordAccountAudit(deps, trx, { accountId: userId, action: 'account.deleted' })
      await deleteAccountRow(trx, userId)
      await deps.mail.send({ to: account.email, template: accountDeletedMail, values: {} })
    },
    { userId },
  )
}
