import type { Me } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { getMe } from '../sessions/sign-in.ts'
import { renameAccount } from '../store/accounts.ts'

export async function renamePerson(deps: Pick<Deps, 'db'>, userId: string, name: string): Promise<Me> {
  await deps.db.transaction((trx) => renameAccount(trx, userId, name))
  return getMe(deps, userId)
}
