import { recordAccountAudit } from '../audit/record-account-audit.ts'
import type { PasswordReset } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { forgiveAttempts } from '../limits/guard-attempt.ts'
import { rememberDevice } from '../limits/known-devices.ts'
import { revokeSessions } from '../sessions/revoke-sessions.ts'
import { findAccount, findAccountByEmail, markEmailVerified, setPasswordHash } from '../store/accounts.ts'
import type { Trx } from '../store/schema.ts'
import { choosePassword, personalWordsOf } from './choose-password.ts'
import { pageLink } from './links.ts'
import { passwordChangedMail, resetMail } from './mails.ts'
import { findOneTime, issueOneTime, redeemOneTime, wasJustSent } from './one-time.ts'

const linkLifeMs = 30 * 60_000

/** Sends the link to set a new password; nothing to an address that has no account. */
export async function sendResetLink(deps: Deps, email: string): Promise<void> {
  await deps.db.transaction(async (trx) => {
    const account = await findAccountByEmail(trx, email)
    if (account === undefined) return
    const wanted = {
      purpose: 'reset_password',
      account: { id: account.id, emailVersion: account.email_version },
    } as const
    if (await wasJustSent(deps, trx, wanted)) return
    await sendResetLinkTo(deps, trx, account)
    await recordAccountAudit(deps, trx, { accountId: account.id, action: 'password_reset.asked' })
  })
}

export async function sendResetLinkTo(
  deps: Pick<Deps, 'clock' | 'mail' | 'http'>,
  trx: Trx,
  account: { id: string; email: string; email_version: number },
): Promise<void> {
  const token = await issueOneTime(deps, trx, {
    purpose: 'reset_password',
    account: { id: account.id, emailVersion: account.email_version },
    address: account.email,
    lifeMs: linkLifeMs,
  })
  const values = { url: pageLink(deps, '/reset-password', token) }
  await deps.mail.send({ to: account.email, template: resetMail, values })
}

/**
 * Sets the password by a link and ends every session. It signs nobody in: the person does, with the new password and whatever
 * second factor the account has, so the link alone never passes for one. Guesses of strangers no longer make that wait: the
 * slate is wiped and the browser known, by the token that is returned.
 */
export async function resetPassword(deps: Deps, { token, password }: PasswordReset): Promise<string> {
  const link = { purpose: 'reset_password', token } as const
  // Looked at first so that a wrong token costs no password hash.
  const seen = await deps.db.transaction((trx) => findOneTime(deps, trx, link))
  if (seen?.accountId === undefined) throw problem('link_spent')
  const hash = await choosePassword(deps, password, await personalWordsOf(deps, seen.accountId))
  return deps.db.transaction(async (trx) => {
    const accountId = (await redeemOneTime(deps, trx, link))?.accountId
    const account = accountId === undefined ? undefined : await findAccount(trx, accountId)
    if (account === undefined) throw problem('link_spent')
    await setPasswordHash(trx, account.id, hash)
    await markEmailVerified(trx, account.id, deps.clock.now())
    await revokeSessions(deps, trx, { accountId: account.id })
    const actor = { kind: 'person', id: account.id } as const
    await recordAccountAudit(deps, trx, { accountId: account.id, action: 'password.reset', actor })
    await deps.mail.send({ to: account.email, template: passwordChangedMail, values: forgotLink(deps) })
    await forgiveAttempts(deps, trx, { kind: 'password', account: account.email })
    return rememberDevice(deps, trx, account.id)
  })
}

export function forgotLink(deps: Pick<Deps, 'http'>): { forgotUrl: string } {
  return { forgotUrl: pageLink(deps, '/forgot-password') }
}
