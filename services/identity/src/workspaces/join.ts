import { choosePassword } from '../accounts/choose-password.ts'
import type { InvitedSignUp } from '../contract/workspaces.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { type Client, openSession } from '../sessions/open-session.ts'
import { getMe, type SignedIn } from '../sessions/sign-in.ts'
import { insertNewAccount } from '../store/accounts.ts'
import { acceptWithin, findOpenInvitation } from './acceptance.ts'

/**
 * Makes the account of an invited address, and its membership, and signs in. Works where anybody may sign up and where only
 * the invited may. Problem `identity.address_taken` when the address has an account: then one signs in and accepts.
 */
export async function signUpInvited(
  deps: Deps,
  { token, name, password }: InvitedSignUp,
  from: { client: Client; replaced: string | undefined },
): Promise<SignedIn> {
  if (deps.config.signUp === 'off') throw problem('sign_up_closed')
  // Looked at first so that a wrong token costs no password hash.
  const { email, workspaceName } = await findOpenInvitation(deps, token)
  const password_hash = await choosePassword(deps, password, [name, email, workspaceName])
  const now = deps.clock.now()
  const made = await deps.db.transaction(async (trx) => {
    // A link that was carried by hand shows nothing of who reads the mail of the address.
    const email_verified_at = deps.mail.hasServer ? now : null
    const account = { id: deps.ids.next(), email, name, password_hash, created_at: now, email_verified_at }
    const userId = await insertNewAccount(trx, account)
    if (userId === undefined) throw problem('address_taken')
    await acceptWithin(deps, trx, { userId, token })
    return { userId, opened: await openSession(deps, trx, { ...from, accountId: userId, methods: ['password'] }) }
  })
  return { opened: made.opened, me: await getMe(deps, made.userId) }
}
