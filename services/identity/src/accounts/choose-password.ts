import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { findAccount } from '../store/accounts.ts'
import { listWorkspacesOf } from '../store/workspaces.ts'
import { findPasswordFault, type PasswordFault } from './password-rules.ts'

const reasons: Readonly<Record<PasswordFault | 'breached', string>> = {
  common: 'It is one of those that are tried first, with or without signs around it',
  repeats: 'It repeats one short piece',
  sequence: 'It is a row of the alphabet or of numbers',
  personal: 'It is little more than names and addresses that others know',
  breached: 'It is in a list of passwords that were stolen elsewhere',
}

type ChoiceDeps = Pick<Deps, 'passwords' | 'commonPasswords' | 'breaches' | 'brandOf'>

/**
 * The hash of a password that may be used, else problem `identity.password_refused`. Slow on purpose: call it outside of any
 * transaction.
 *
 * @param personal names and addresses of the person and their workspaces
 */
export async function choosePassword(deps: ChoiceDeps, password: string, personal: readonly string[]): Promise<string> {
  const { productName } = await deps.brandOf(undefined)
  const context = { common: deps.commonPasswords, personal: [productName, 'fanfare', ...personal] }
  const fault = findPasswordFault(password, context) ?? ((await deps.breaches.holds(password)) ? 'breached' : undefined)
  if (fault !== undefined) {
    const message = `${reasons[fault]}. Choose another one: several words that have nothing to do with each other are easy to keep`
    throw problem('password_refused', { detail: { reason: fault }, violations: [{ path: '/body/password', message }] })
  }
  return deps.passwords.hash(password)
}

/** What a person's password must not be made of. Nothing for an account that is gone. */
export async function personalWordsOf({ db }: Pick<Deps, 'db'>, accountId: string): Promise<string[]> {
  return db.transaction(
    async (trx) => {
      const account = await findAccount(trx, accountId)
      const workspaces = await listWorkspacesOf(trx, accountId)
      return account === undefined ? [] : [account.name, account.email, ...workspaces.map(({ name }) => name)]
    },
    { userId: accountId },
  )
}
