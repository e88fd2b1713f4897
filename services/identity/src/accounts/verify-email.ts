import { recordAccountAudit } from '../audit/record-account-audit.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { getAccount, markEmailVerified } from '../store/accounts.ts'
import { pageLink } from './links.ts'
import { verifyMail } from './mails.ts'
import { issueOneTime, redeemOneTime, wasJustSent } from './one-time.ts'

const linkLifeMs = 60 * 60_000

/** Sends the link that shows whose the address is: for an account that was made without one, as at the set-up. */
export async function sendVerification(deps: Deps, userId: string): Promise<void> {
  await deps.db.transaction(async (trx) => {
    const account = await getAccount(trx, userId)
    if (account.email_verified_at !== null) return
    const wanted = {
      purpose: 'verify_email',
      account: { id: userId, emailVersion: account.email_version },
      address: account.email,
      lifeMs: linkLifeMs,
    } as const
    if (await wasJustSent(deps, trx, wanted)) return
    const url = pageLink(deps, '/verify-email', await issueOneTime(deps, trx, wanted))
    await deps.mail.send({ to: account.email, template: verifyMail, values: { url } })
  })
}

export async function verifyEmail(deps: Deps, token: string): Promise<void> {
  await deps.db.transaction(async (trx) => {
    const link = await redeemOneTime(deps, trx, { purpose: 'verify_email', token })
    if (link?.accountId === undefined) throw problem('link_spent')
    await markEmailVerified(trx, link.accountId, deps.clock.now())
    const actor = { kind: 'person', id: link.accountId } as const
    await recordAccountAudit(deps, trx, { accountId: link.accountId, action: 'email.verified', actor })
  })
}
