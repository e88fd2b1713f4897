import { recordAccountAudit } from '../audit/record-account-audit.ts'
import type { PasswordChange } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { type Attempt, guardAttempt } from '../limits/guard-attempt.ts'
import { revokeSessions } from '../sessions/revoke-sessions.ts'
import { getAccount, replacePasswordHash } from '../store/accounts.ts'
import { choosePassword, personalWordsOf } from './choose-password.ts'
import { passwordChangedMail } from './mails.ts'
import { withdrawOneTime } from './one-time.ts'
import { forgotLink } from './reset-password.ts'

/** Asks for the current password, ends the other sessions and the links that were sent to set one, and says so by mail. */
export async function changePassword(
  deps: Deps,
  { userId, sessionId }: { userId: string; sessionId: string },
  { currentPassword, password }: PasswordChange,
  from: Pick<Attempt, 'address' | 'device'>,
): Promise<void> {
  const account = await deps.db.transaction((trx) => getAccount(trx, userId))
  const former = account.password_hash
  if (former === null) throw problem('password_unset')
  await guardAttempt(deps, { ...from, kind: 'proof', account: userId }, async () => {
    if (!(await deps.passwords.matches(currentPassword, former))) throw wrongPassword('/body/currentPassword')
  })
  const to = await choosePassword(deps, password, await personalWordsOf(deps, userId))
  await deps.db.transaction(async (trx) => {
    if (!(await replacePasswordHash(trx, userId, { from: former, to }))) throw problem('password_changed_meanwhile')
    await withdrawOneTime(trx, { purpose: 'reset_password', accountId: userId })
    await revokeSessions(deps, trx, { accountId: userId, except: sessionId })
    await recordAccountAudit(deps, trx, { accountId: userId, action: 'password.changed' })
    await deps.mail.send({ to: account.email, template: passwordChangedMail, values: forgotLink(deps) })
  })
}

/**
 * Brings the hash of a password to the cost that is set now, when it was made at another one. Called with a password that was
 * just found right; slow on purpose, so outside of any transaction. Returns the hash that stands.
 */
export async function refreshPasswordHash(
  { db, passwords }: Pick<Deps, 'db' | 'passwords'>,
  account: { id: string; password_hash: string | null },
  password: string,
): Promise<string | null> {
  const from = account.password_hash
  if (from === null || passwords.isCurrent(from)) return from
  const to = await passwords.hash(password)
  const replaced = await db.transaction((trx) => replacePasswordHash(trx, account.id, { from, to }))
  return replaced ? to : from
}

function wrongPassword(path: string) {
  return problem('password_wrong', { violations: [{ path, message: 'This is not your current password' }] })
}
