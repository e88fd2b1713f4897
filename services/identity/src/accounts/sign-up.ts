import type { SignUp, SignUpOffer } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import type { Client } from '../sessions/open-session.ts'
import { openSession } from '../sessions/open-session.ts'
import { getMe, type SignedIn } from '../sessions/sign-in.ts'
import { findAccountByEmail } from '../store/accounts.ts'
import { insertMembership, insertWorkspace } from '../store/workspaces.ts'
import { choosePassword } from './choose-password.ts'
import { createAccount } from './create-account.ts'
import { pageLink } from './links.ts'
import { haveAccountMail, signUpMail } from './mails.ts'
import { findOneTime, issueOneTime, redeemOneTime, wasJustSent } from './one-time.ts'

const linkLifeMs = 60 * 60_000

export function signUpOffer({ config, mail }: Pick<Deps, 'config' | 'mail'>): SignUpOffer {
  return { mode: config.signUp, mailServer: mail.hasServer }
}

/** Problem `identity.sign_up_closed`, for every address alike. */
export function demandOpenSignUp({ config }: Pick<Deps, 'config'>): void {
  if (config.signUp !== 'open') throw problem('sign_up_closed')
}

/**
 * Sends the link to an address that wants an account. One that has an account is told so, by mail: only its owner learns it.
 * There is no account before its address is proven, so nobody can take one in the name of another and wait for them.
 */
export async function sendSignUpLink(deps: Deps, email: string): Promise<void> {
  await deps.db.transaction(async (trx) => {
    const wanted = { purpose: 'sign_up', address: email, lifeMs: linkLifeMs } as const
    if (await wasJustSent(deps, trx, wanted)) return
    const token = await issueOneTime(deps, trx, wanted)
    if (await findAccountByEmail(trx, email)) {
      const values = { signInUrl: pageLink(deps, '/sign-in'), forgotUrl: pageLink(deps, '/forgot-password') }
      await deps.mail.send({ to: email, template: haveAccountMail, values })
    } else {
      const url = pageLink(deps, '/sign-up/finish', token)
      await deps.mail.send({ to: email, template: signUpMail, values: { url } })
    }
  })
}

/** Makes the account and its first workspace, and signs in. The address is that of the link, whatever else the body says. */
export async function finishSignUp(
  deps: Deps,
  { token, name, password, workspaceName }: SignUp,
  from: { client: Client; replaced: string | undefined },
): Promise<SignedIn> {
  demandOpenSignUp(deps)
  const link = { purpose: 'sign_up', token } as const
  // Looked at first so that a wrong token costs no password hash.
  const seen = await deps.db.transaction((trx) => findOneTime(deps, trx, link))
  if (seen?.address === undefined) throw problem('link_spent')
  const passwordHash = await choosePassword(deps, password, [name, seen.address, workspaceName])
  const tenantId = deps.ids.next()
  const made = await deps.db.withTenant(tenantId, async (trx) => {
    const email = (await redeemOneTime(deps, trx, link))?.address
    if (email === undefined) throw problem('link_spent')
    const accountId = await createAccount(deps, trx, { email, name, passwordHash })
    const created_at = deps.clock.now()
    await insertWorkspace(trx, { tenant_id: tenantId, name: workspaceName, created_at })
    await insertMembership(trx, { tenant_id: tenantId, account_id: accountId, role: 'owner', created_at })
    return { accountId, opened: await openSession(deps, trx, { ...from, accountId, methods: ['password'] }) }
  })
  return { opened: made.opened, me: await getMe(deps, made.accountId) }
}
