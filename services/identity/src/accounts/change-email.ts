import { isUniqueViolation } from '@fanfare/kernel'
import { recordAccountAudit } from '../audit/record-account-audit.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { revokeSessions } from '../sessions/revoke-sessions.ts'
import { findAccountByEmail, getAccount, lockAccount, setEmail, setPasswordHash } from '../store/accounts.ts'
import type { Trx } from '../store/schema.ts'
import { pageLink } from './links.ts'
import { changeEmailAskedMail, changeEmailMail, emailChangedMail, emailTakenMail, undoEmailMail } from './mails.ts'
import { maskEmail } from './mask-email.ts'
import { issueOneTime, redeemOneTime, withdrawOneTime } from './one-time.ts'
import { forgotLink, sendResetLinkTo } from './reset-password.ts'

const confirmLifeMs = 60 * 60_000
const undoLifeMs = 7 * 24 * 60 * 60_000

/**
 * Sends a link to the new address and tells the old one. Whether another account has the new address is told to that address
 * alone; the asker gets the same reply.
 */
export async function askEmailChange(deps: Deps, userId: string, email: string): Promise<void> {
  await deps.db.transaction(async (trx) => {
    const account = await getAccount(trx, userId)
    if (account.email === email) return
    const token = await issueOneTime(deps, trx, {
      purpose: 'change_email',
      account: { id: userId, emailVersion: account.email_version },
      address: email,
      lifeMs: confirmLifeMs,
    })
    if (await findAccountByEmail(trx, email)) {
      const values = { signInUrl: pageLink(deps, '/sign-in') }
      await deps.mail.send({ to: email, template: emailTakenMail, values })
    } else {
      const values = { url: pageLink(deps, '/change-email', token) }
      await deps.mail.send({ to: email, template: changeEmailMail, values })
    }
    const values = { newEmail: email, ...forgotLink(deps) }
    await deps.mail.send({ to: account.email, template: changeEmailAskedMail, values })
    await recordAccountAudit(deps, trx, {
      accountId: userId,
      action: 'email.change_asked',
      after: { email: maskEmail(email) },
    })
  })
}

/**
 * Gives the account the address that the link was sent to, and the former address seven days to undo it. All sessions end, but
 * for the one that confirms it.
 */
export async function confirmEmailChange(
  deps: Deps,
  { token, caller }: { token: string; caller: { userId: string; sessionId: string } | undefined },
): Promise<{ email: string }> {
  return deps.db.transaction(async (trx) => {
    const link = await redeemOneTime(deps, trx, { purpose: 'change_email', token })
    const account = link?.accountId === undefined ? undefined : await lockAccount(trx, link.accountId)
    if (account === undefined || link?.address === undefined) throw problem('link_spent')
    await moveTo(deps, trx, account, { to: link.address, action: 'email.changed' })
    const undo = await issueOneTime(deps, trx, {
      purpose: 'undo_email',
      account: { id: account.id, emailVersion: account.email_version },
      survivesAddress: true,
      address: account.email,
      about: account.email,
      lifeMs: undoLifeMs,
    })
    const except = caller?.userId === account.id ? caller.sessionId : undefined
    await revokeSessions(deps, trx, { accountId: account.id, except })
    const values = { newEmail: link.address, url: pageLink(deps, '/undo-email', undo) }
    await deps.mail.send({ to: account.email, template: undoEmailMail, values })
    await deps.mail.send({ to: link.address, template: emailChangedMail, values: { newEmail: link.address } })
    return { email: link.address }
  })
}

/**
 * Brings the former address back. Whoever changed it knew the password or held a session, so both end: the former address gets
 * a link to set a new password. What was sent to later addresses, such as a link to undo this, ends as well.
 */
export async function undoEmailChange(deps: Deps, token: string): Promise<{ email: string }> {
  return deps.db.transaction(async (trx) => {
    const link = await redeemOneTime(deps, trx, { purpose: 'undo_email', token })
    const account = link?.accountId === undefined ? undefined : await lockAccount(trx, link.accountId)
    if (account === undefined || link?.address === undefined) throw problem('link_spent')
    const { address: email, issuedAt: since } = link
    await moveTo(deps, trx, account, { to: email, action: 'email.change_undone' })
    await withdrawOneTime(trx, { purpose: 'undo_email', accountId: account.id, since })
    await setPasswordHash(trx, account.id, null)
    await revokeSessions(deps, trx, { accountId: account.id })
    await sendResetLinkTo(deps, trx, await getAccount(trx, account.id))
    await deps.mail.send({ to: account.email, template: emailChangedMail, values: { newEmail: email } })
    return { email }
  })
}

async function moveTo(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  account: { id: string; email: string },
  { to, action }: { to: string; action: 'email.changed' | 'email.change_undone' },
): Promise<void> {
  await setEmail(trx, account.id, to, deps.clock.now()).catch((error: unknown) => {
    throw isUniqueViolation(error) ? problem('address_taken', { cause: error }) : error
  })
  await recordAccountAudit(deps, trx, {
    accountId: account.id,
    action,
    actor: { kind: 'person', id: account.id },
    before: { email: maskEmail(account.email) },
    after: { email: maskEmail(to) },
  })
}
