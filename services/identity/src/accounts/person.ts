import type { Person } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { getAccount } from '../store/accounts.ts'

/** What of an account its owner is shown. */
export function toPerson(account: {
  id: string
  email: string
  name: string
  password_hash: string | null
  email_verified_at: Date | null
  is_operator: boolean
}): Person {
  return {
    id: account.id,
    email: account.email,
    name: account.name,
    emailVerified: account.email_verified_at !== null,
    hasPassword: account.password_hash !== null,
    isOperator: account.is_operator,
  }
}

/** Problem `identity.operator_only`. */
export async function demandOperator({ db }: Pick<Deps, 'db'>, userId: string): Promise<void> {
  const account = await db.transaction((trx) => getAccount(trx, userId))
  if (!account.is_operator) throw problem('operator_only')
}
